package source

import (
	"reflect"
	"sort"
	"strconv"
	"strings"
)

// spell writes all that is exported of a value, so that two that differ in it
// are written differently. It is for a digest: encoding/json takes a third of a
// millisecond to make itself ready for the SDK's two types, which is more than
// all else that a kept session costs.
func spell(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteByte('-')
			return
		}
		spell(b, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				spellPart(b, f.Name, v.Field(i))
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			spellPart(b, "", v.Index(i))
		}
	case reflect.Map:
		keys := v.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
		for _, k := range keys {
			spellPart(b, k.String(), v.MapIndex(k))
		}
	case reflect.Bool:
		b.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.String:
		b.WriteString(strconv.Quote(v.String()))
	default:
		if v.CanInt() {
			b.WriteString(strconv.FormatInt(v.Int(), 10))
		} else if v.CanUint() {
			b.WriteString(strconv.FormatUint(v.Uint(), 10))
		}
	}
}

// spellPart writes one of several, with its name.
func spellPart(b *strings.Builder, name string, v reflect.Value) {
	b.WriteString(strconv.Quote(name) + "{")
	spell(b, v)
	b.WriteByte('}')
}
