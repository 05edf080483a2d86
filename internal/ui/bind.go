package ui

import (
	"errors"
	"reflect"
	"regexp"
	"strings"
	"sync"

	"github.com/gin-gonic/gin/binding"
	"github.com/go-playground/validator/v10"
	"github.com/google/uuid"

	"shelter/internal/errs"
)

// Bind reads the form into a form struct (tags `form` and `binding`) and gives what is wrong field by field. An error is
// given only when the request cannot be read at all; the form keeps what was typed either way.
func (x *Ctx) Bind(form any) ([]errs.Field, error) {
	trimForm(x)
	err := x.ShouldBindWith(form, binding.Form)
	return bindFields(form, err)
}

// ticked is a form's yes or no: a browser sends "on" for a box that is ticked, and nothing for one that is not.
type ticked bool

// UnmarshalParam reads the value as gin asks for.
func (t *ticked) UnmarshalParam(v string) error {
	switch v {
	case "on", "true", "1", "yes":
		*t = true
	case "", "off", "false", "0", "no":
		*t = false
	default:
		return errs.NewInvalid("error_bad_request")
	}
	return nil
}

// value is how a form shows it again.
func (t ticked) value() string {
	if t {
		return "on"
	}
	return ""
}

// BindJSON does the same for a JSON body.
func (x *Ctx) BindJSON(body any) ([]errs.Field, error) {
	err := x.ShouldBindWith(body, binding.JSON)
	return bindFields(body, err)
}

func bindFields(form any, err error) ([]errs.Field, error) {
	if err == nil {
		return nil, nil
	}
	var wrong validator.ValidationErrors
	if !errors.As(err, &wrong) {
		return nil, errs.NewInvalid("error_bad_request").Because(err)
	}
	fields := make([]errs.Field, 0, len(wrong))
	for _, w := range wrong {
		fields = append(fields, fieldOf(form, w))
	}
	return fields, nil
}

// trimForm takes blanks off both ends of every value, so that " x " and "x" are the same answer everywhere.
func trimForm(x *Ctx) {
	if err := x.Request.ParseForm(); err != nil {
		return
	}
	if strings.HasPrefix(x.ContentType(), "multipart/") {
		_, _ = x.MultipartForm()
	}
	for _, vs := range x.Request.Form {
		for i := range vs {
			vs[i] = strings.TrimSpace(vs[i])
		}
	}
	for _, vs := range x.Request.PostForm {
		for i := range vs {
			vs[i] = strings.TrimSpace(vs[i])
		}
	}
}

// tagKeys maps the validator's tags to the catalogue.
var tagKeys = map[string]string{
	"required": "error_required", "email": "error_email", "phone": "error_phone", "cin": "error_cin", "oneof": "error_choice",
	"uuid": "error_choice", "number": "error_number", "numeric": "error_number", "datetime": "error_date", "hour": "error_time",
}

func fieldOf(form any, w validator.FieldError) errs.Field {
	f := errs.Field{Name: formName(form, w), Key: tagKeys[w.Tag()]}
	text := w.Kind() == reflect.String
	switch {
	case w.Tag() == "max" && text:
		f.Key, f.Args = "error_too_long", errs.Args{"max": w.Param()}
	case w.Tag() == "min" && text:
		f.Key, f.Args = "error_too_short", errs.Args{"min": w.Param()}
	case w.Tag() == "max" || w.Tag() == "lte":
		f.Key, f.Args = "error_max", errs.Args{"max": w.Param()}
	case w.Tag() == "min" || w.Tag() == "gte":
		f.Key, f.Args = "error_min", errs.Args{"min": w.Param()}
	case f.Key == "":
		f.Key = "error_choice"
	}
	return f
}

// formName gives the input's name of a struct field: its form tag, else its json tag.
func formName(form any, w validator.FieldError) string {
	t := reflect.TypeOf(form)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct {
		if sf, ok := t.FieldByName(w.StructField()); ok {
			for _, tag := range []string{"form", "json"} {
				if name, _, _ := strings.Cut(sf.Tag.Get(tag), ","); name != "" && name != "-" {
					return name
				}
			}
		}
	}
	return w.Field()
}

// ID reads a uuid from the path; anything else is a page that does not exist.
func (x *Ctx) ID(param string) (uuid.UUID, error) {
	id, err := uuid.Parse(x.Param(param))
	if err != nil {
		return uuid.Nil, errs.NewNotFound("path " + param)
	}
	return id, nil
}

var (
	rePhone = regexp.MustCompile(`^(\+?216)?[ .-]?[2-9]\d([ .-]?\d{3}){2}$|^\+\d{8,15}$|^[2-9]\d{7}$`)
	reCIN   = regexp.MustCompile(`^\d{8}$`)
	reHour  = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
)

// RegisterValidations adds the house's own tags (phone, cin, hour) to gin's validator, which the whole process shares: once,
// however many servers are made.
var RegisterValidations = sync.OnceValue(func() error {
	v, ok := binding.Validator.Engine().(*validator.Validate)
	if !ok {
		return errors.New("ui: gin's validator is not validator/v10")
	}
	for tag, re := range map[string]*regexp.Regexp{"phone": rePhone, "cin": reCIN, "hour": reHour} {
		if err := v.RegisterValidation(tag, func(fl validator.FieldLevel) bool { return re.MatchString(fl.Field().String()) }); err != nil {
			return err
		}
	}
	return nil
})
