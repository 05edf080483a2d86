package app

import (
	"bytes"
	"context"
	"fmt"

	"github.com/google/uuid"

	"shelter/internal/casework"
)

// signed keeps an invented paper with the newest consent of a file.
func (d *caseDemo) signed(ctx context.Context, id uuid.UUID) error {
	v, err := d.work.View(ctx, d.worker, id)
	if err != nil || len(v.Consents) == 0 {
		return err
	}
	return d.work.Attach(ctx, d.worker, id, casework.AttachInput{Key: uuid.New(), Kind: "consent", ConsentID: v.Consents[0].ID, Name: "Consentement " + v.Alias + ".pdf", Data: demoPaper("Consentement fictif. Personne de ce nom n'existe.")})
}

// demoPaper is a PDF of one page with one line, of plain letters.
func demoPaper(line string) []byte {
	page := "BT /F1 14 Tf 60 760 Td (" + line + ") Tj ET"
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(page), page), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	index := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, index)
	return b.Bytes()
}
