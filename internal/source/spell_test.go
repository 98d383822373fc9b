package source

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
)

func TestSpell(t *testing.T) {
	type inner struct{ A, B string }
	type outer struct {
		Inner    inner
		Pointer  *inner
		Other    *inner
		Yes      *bool
		List     []string
		Map      map[string]map[string]string
		Duration time.Duration
		Small    uint8
		hidden   string
	}
	yes, no := true, false
	seen := map[string]int{}
	for i, v := range []outer{
		{}, {Inner: inner{A: "x"}}, {Inner: inner{B: "x"}}, {Pointer: &inner{}}, {Other: &inner{}}, {Pointer: &inner{A: "x"}}, {Yes: &yes}, {Yes: &no},
		{List: []string{""}}, {List: []string{"a", "b"}}, {List: []string{"b", "a"}}, {List: []string{`a"}{"b`}}, {Map: map[string]map[string]string{"s": {"k": "v"}}},
		{Map: map[string]map[string]string{"s": {"v": "k"}}}, {Map: map[string]map[string]string{"s": nil, "k": nil}}, {Duration: 1}, {Duration: -1}, {Small: 1},
	} {
		text := spelt(v)
		if other, ok := seen[text]; ok {
			t.Errorf("values %d and %d are written alike: %s", other, i, text)
		}
		seen[text] = i
		v.hidden = "x"
		if again := spelt(v); again != text {
			t.Errorf("value %d is written in two ways", i)
		}
	}
	many := map[string]string{}
	for c := 'a'; c <= 'z'; c++ {
		many[string(c)] = "x"
	}
	if first := spelt(many); first != spelt(many) || strings.Index(first, `"a"`) > strings.Index(first, `"z"`) {
		t.Error("a map is written in no order")
	}
}

// A field of a kind that spell passes over would be a source taken for another.
func TestSpellKnowsEveryField(t *testing.T) {
	known := []reflect.Kind{reflect.Pointer, reflect.Interface, reflect.Struct, reflect.Slice, reflect.Array, reflect.Map, reflect.Bool, reflect.String,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64}
	seen := map[reflect.Type]bool{}
	var walk func(path string, of reflect.Type)
	walk = func(path string, of reflect.Type) {
		if seen[of] || of == reflect.TypeFor[time.Time]() {
			return // a session's end goes with its access key ID
		}
		seen[of] = true
		ok := false
		for _, k := range known {
			ok = ok || of.Kind() == k
		}
		if !ok || of.Kind() == reflect.Map && of.Key().Kind() != reflect.String {
			t.Errorf("%s is a %s", path, of)
		}
		switch of.Kind() {
		case reflect.Struct:
			for f := range of.Fields() {
				if f.IsExported() {
					walk(path+"."+f.Name, f.Type)
				}
			}
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			walk(path+"'s", of.Elem())
		}
	}
	walk("env", reflect.TypeFor[config.EnvConfig]())
	walk("shared", reflect.TypeFor[config.SharedConfig]())
	if len(seen) < 10 {
		t.Errorf("only %d types were seen", len(seen))
	}
}

func spelt(v any) string {
	var b strings.Builder
	spell(&b, reflect.ValueOf(v))
	return b.String()
}
