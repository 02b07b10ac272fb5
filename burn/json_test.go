package burn_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/disc"
	"github.com/redbook-audio/redbook/mmc"
)

// Every field of a plan, a report and a plan to resume survives JSON, whatever it holds.
func TestValuesSurviveJSON(t *testing.T) {
	g := &values{rand.New(rand.NewPCG(1, 2))}
	for range 50 {
		var p, plan burn.Plan
		g.fill(t, reflect.ValueOf(&p).Elem())
		p.Version = burn.ReportVersion
		plan, err := burn.ParsePlan(encoded(t, p))
		require.NoError(t, err)
		require.Equal(t, p, plan)

		var r, report burn.Report
		g.fill(t, reflect.ValueOf(&r).Elem())
		r.Version = burn.ReportVersion
		report, err = burn.ParseReport(encoded(t, r))
		require.NoError(t, err)
		require.Equal(t, r, report)

		var rest, back burn.ResumePlan
		g.fill(t, reflect.ValueOf(&rest).Elem())
		require.NoError(t, json.Unmarshal(encoded(t, rest), &back))
		require.Equal(t, rest, back)
	}
}

// So does the zero value of each type with words or a unit of its own.
func TestZeroValuesSurviveJSON(t *testing.T) {
	for _, zero := range []any{
		new(burn.Plan), new(burn.Report), new(burn.ResumePlan), new(disc.Disc), new(mmc.ATIP), new(mmc.MediaType),
		new(mmc.DiscStatus), new(mmc.SessionStatus), new(mmc.Speed), new(disc.Origin), new(disc.TrackState),
		new(disc.VerifyLevel), new(disc.VerifyResult), new(burn.Verdict), new(burn.TrackStatus),
	} {
		back := reflect.New(reflect.TypeOf(zero).Elem())
		require.NoError(t, json.Unmarshal(encoded(t, zero), back.Interface()), "%T", zero)
		require.Equal(t, zero, back.Interface())
	}
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return data
}

// values makes values of any type in a Plan or a Report.
type values struct{ *rand.Rand }

func (g *values) fill(t *testing.T, v reflect.Value) {
	t.Helper()
	switch p := v.Addr().Interface().(type) {
	case *mmc.Speed:
		*p = []mmc.Speed{{}, mmc.SpeedMax, mmc.SpeedX(16), mmc.SpeedX(4.5)}[g.IntN(4)]
		return
	case *mmc.DiscStatus:
		*p = []mmc.DiscStatus{"", mmc.DiscEmpty, mmc.DiscIncomplete, mmc.DiscFinalized, mmc.DiscOther}[g.IntN(5)]
		return
	case *mmc.SessionStatus:
		*p = []mmc.SessionStatus{"", mmc.SessionEmpty, mmc.SessionIncomplete, mmc.SessionDamaged, mmc.SessionComplete}[g.IntN(5)]
		return
	case *mmc.MediaType:
		*p = mmc.MediaType(g.IntN(30)) // 20 and above have no name
		return
	case *disc.Origin:
		*p = disc.Origin(g.IntN(3))
		return
	case *disc.TrackState:
		*p = disc.TrackState(g.IntN(5))
		return
	case *disc.VerifyLevel:
		*p = disc.VerifyLevel(g.IntN(3))
		return
	case *disc.VerifyResult:
		*p = disc.VerifyResult(g.IntN(6))
		return
	case *time.Duration:
		*p = time.Duration(g.Int64N(1 << 50))
		return
	case *error:
		*p = []error{nil, errors.New("WRITE(10): \"medium error\" <3/0C/00>")}[g.IntN(2)]
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.Tag.Get("json") != "-" {
				g.fill(t, v.Field(i))
			}
		}
		if origin := v.FieldByName("Origin"); origin.IsValid() && v.NumField() == 3 && origin.IsZero() {
			v.FieldByName("Value").SetZero() // of a disc.Fact that is unknown
		}
	case reflect.Slice:
		if n := g.IntN(3); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range v.Len() {
			g.fill(t, v.Index(i))
		}
	case reflect.Pointer:
		if g.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			g.fill(t, v.Elem())
		}
	case reflect.String:
		v.SetString([]string{"", "Ægir & <b> \"01\"", "a\u2028b\x00"}[g.IntN(3)])
	case reflect.Bool:
		v.SetBool(g.IntN(2) == 0)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(int32(g.Uint32())))
	case reflect.Uint8, reflect.Uint16:
		v.SetUint(uint64(g.IntN(256)))
	case reflect.Float64:
		v.SetFloat(g.Float64() - 1)
	default:
		require.Fail(t, "a kind of field that this test does not know", "%v", v.Type())
	}
}
