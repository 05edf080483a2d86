package report

import (
	"context"
	"encoding/xml"
	"io"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/programme"
)

// IATIOptions name the activity in the register of the International Aid Transparency Initiative. The identifiers are given by the
// organisation that reports; nothing here can know them.
type IATIOptions struct {
	Activity string // iati-identifier, as XM-DAC-47066-XX.0001
	OrgRef   string // of the organisation that reports
	OrgName  string
	OrgType  string // code of the list OrganisationType; 40 is multilateral
	Title    string
	Sector   string // five digits of the DAC's list; empty leaves it out
}

func (o IATIOptions) wrong() error {
	var fields []errs.Field
	for _, f := range []struct{ name, value string }{{"activity", o.Activity}, {"org-ref", o.OrgRef}, {"org-name", o.OrgName}, {"title", o.Title}} {
		if f.value == "" {
			fields = append(fields, errs.Field{Name: f.name, Key: "error_required"})
		}
	}
	if n, err := strconv.Atoi(o.OrgType); err != nil || n < 10 || n > 99 {
		fields = append(fields, errs.Field{Name: "org-type", Key: "iati_error_org_type"})
	}
	if n, err := strconv.Atoi(o.Sector); o.Sector != "" && (err != nil || n < 10000 || n > 99999) {
		fields = append(fields, errs.Field{Name: "sector", Key: "iati_error_sector"})
	}
	return errs.InvalidFields(fields)
}

// The parts of an activity file, version 2.03 of the standard, in the order that its schema asks for. Only what the logframe holds
// is written; the donor's own publishing system adds money and places.
type (
	iatiFile struct {
		XMLName   xml.Name     `xml:"iati-activities"`
		Version   string       `xml:"version,attr"`
		Generated string       `xml:"generated-datetime,attr"`
		Activity  iatiActivity `xml:"iati-activity"`
	}
	iatiActivity struct {
		Lang        string       `xml:"xml:lang,attr"`
		Updated     string       `xml:"last-updated-datetime,attr"`
		Identifier  string       `xml:"iati-identifier"`
		Reporting   iatiOrg      `xml:"reporting-org"`
		Title       iatiWords    `xml:"title"`
		Description iatiWords    `xml:"description"`
		Partner     iatiOrg      `xml:"participating-org"`
		Status      iatiCode     `xml:"activity-status"`
		Dates       []iatiDate   `xml:"activity-date"`
		Country     iatiCode     `xml:"recipient-country"`
		Sector      *iatiCode    `xml:"sector,omitempty"`
		Results     []iatiResult `xml:"result"`
	}
	iatiOrg struct {
		Ref  string `xml:"ref,attr"`
		Type string `xml:"type,attr"`
		Role string `xml:"role,attr,omitempty"`
		iatiWords
	}
	iatiCode struct {
		Code string `xml:"code,attr"`
	}
	iatiDate struct {
		Type string `xml:"type,attr"`
		On   string `xml:"iso-date,attr"`
	}
	iatiWords struct {
		Narratives []iatiNarrative `xml:"narrative"`
	}
	iatiNarrative struct {
		Lang string `xml:"xml:lang,attr,omitempty"`
		Text string `xml:",chardata"`
	}
	iatiResult struct {
		Type       string          `xml:"type,attr"`
		Aggregate  string          `xml:"aggregation-status,attr"`
		Title      iatiWords       `xml:"title"`
		Indicators []iatiIndicator `xml:"indicator"`
	}
	iatiIndicator struct {
		Measure     string       `xml:"measure,attr"`
		Ascending   string       `xml:"ascending,attr"`
		Title       iatiWords    `xml:"title"`
		Description *iatiWords   `xml:"description,omitempty"`
		Baseline    *iatiValue   `xml:"baseline,omitempty"`
		Periods     []iatiPeriod `xml:"period"`
	}
	iatiValue struct {
		Year  string `xml:"year,attr,omitempty"`
		On    string `xml:"iso-date,attr,omitempty"`
		Value string `xml:"value,attr"`
	}
	iatiPeriod struct {
		Start  iatiDay    `xml:"period-start"`
		End    iatiDay    `xml:"period-end"`
		Target *iatiValue `xml:"target,omitempty"`
		Actual *iatiValue `xml:"actual,omitempty"`
	}
	iatiDay struct {
		On string `xml:"iso-date,attr"`
	}
)

// iatiReader stands for the public of the register.
var iatiReader = uuid.MustParse("9a6f3f9e-4f0e-4b2b-9d8e-6a9c2c5a0d11")

// Codes of the standard's lists.
const (
	iatiVersion      = "2.03"
	iatiImplementing = "2" // ActivityStatus: implementation
	iatiClosed       = "4" // ActivityStatus: closed
	iatiStart        = "1" // ActivityDateType: planned start
	iatiEnd          = "3" // ActivityDateType: planned end
	iatiRole         = "4" // OrganisationRole: implementing
)

// iatiTypes are the codes of ResultType by the level of the logframe.
var iatiTypes = map[programme.Level]string{programme.Objective: "3", programme.Outcome: "2", programme.Output: "1"}

// IATI writes the results of the logframe as an activity file of the International Aid Transparency Initiative: what closed periods
// published, and of the open ones the targets alone. Whoever asks, it shows what observers see.
func (s *Programme) IATI(ctx context.Context, actor access.Actor, w io.Writer, o IATIOptions) error {
	if err := o.wrong(); err != nil {
		return err
	}
	if err := access.Can(actor, access.ProgrammeView, access.Resource{}); err != nil {
		return err
	}
	b, err := s.Board(ctx, programme.Outside(iatiReader, "IATI"))
	if err != nil {
		return err
	}
	if b.From.IsZero() {
		return errs.NewConflict("iati_no_periods")
	}
	now := b.At.UTC().Format(time.RFC3339)
	a := iatiActivity{Lang: "fr", Updated: now, Identifier: o.Activity, Reporting: iatiOrg{Ref: o.OrgRef, Type: o.OrgType, iatiWords: iatiSaid(o.OrgName)}, Title: iatiSaid(o.Title), Description: iatiSaid(o.Title),
		Partner: iatiOrg{Ref: o.OrgRef, Type: o.OrgType, Role: iatiRole, iatiWords: iatiSaid(o.OrgName)}, Status: iatiCode{iatiImplementing},
		Dates: []iatiDate{{iatiStart, b.From.Format(time.DateOnly)}, {iatiEnd, b.To.Format(time.DateOnly)}}, Country: iatiCode{"TN"}}
	if o.Sector != "" {
		a.Sector = &iatiCode{o.Sector}
	}
	if b.At.After(b.To) {
		a.Status.Code = iatiClosed
	}
	a.Results = b.iatiResults()
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(iatiFile{Version: iatiVersion, Generated: now, Activity: a}); err != nil {
		return err
	}
	return e.Close()
}

func iatiSaid(text string) iatiWords { return iatiWords{Narratives: []iatiNarrative{{Text: text}}} }

// iatiTitle gives the title in every language that there is.
func iatiTitle(fr, ar, en string) iatiWords {
	var w iatiWords
	for _, t := range []iatiNarrative{{"fr", fr}, {"ar", ar}, {"en", en}} {
		if t.Text != "" {
			w.Narratives = append(w.Narratives, t)
		}
	}
	return w
}

// iatiResults has a result per element of the logframe that has indicators; what stands on no level of the standard is "other".
func (b *Board) iatiResults() []iatiResult {
	var list []iatiResult
	for _, e := range b.Plan.Elements {
		r := iatiResult{Type: iatiTypes[e.Level], Aggregate: "false", Title: iatiTitle(e.Title, e.TitleAR, e.TitleEN)}
		if r.Type == "" {
			r.Type = "9"
		}
		for i := range b.Rows {
			if row := &b.Rows[i]; row.Indicator.ElementID == e.ID {
				r.Indicators = append(r.Indicators, row.iati())
			}
		}
		if len(r.Indicators) > 0 {
			list = append(list, r)
		}
	}
	return list
}

func (r *Row) iati() iatiIndicator {
	i := &r.Indicator
	out := iatiIndicator{Measure: "1", Ascending: "1", Title: iatiTitle(i.Title, i.TitleAR, i.TitleEN)}
	if i.Unit == programme.Percent {
		out.Measure = "2"
	}
	if i.Definition != "" {
		d := iatiSaid(i.Definition)
		out.Description = &d
	}
	if i.Baseline != nil && !i.BaselineOn.IsZero() { // the standard asks for the year
		out.Baseline = &iatiValue{Year: i.BaselineOn.Format("2006"), On: i.BaselineOn.Format(time.DateOnly), Value: iatiNumber(*i.Baseline)}
	}
	for _, p := range r.Periods {
		x := iatiPeriod{Start: iatiDay{p.Period.StartsOn.Format(time.DateOnly)}, End: iatiDay{p.Period.EndsOn.Format(time.DateOnly)}}
		if p.Target != nil {
			x.Target = &iatiValue{Value: iatiNumber(*p.Target)}
		}
		if said := p.Said(); len(p.Published) > 0 && said.Value != nil && !said.Below {
			x.Actual = &iatiValue{Value: iatiNumber(*said.Value)}
		}
		if x.Target != nil || x.Actual != nil {
			out.Periods = append(out.Periods, x)
		}
	}
	return out
}

func iatiNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
