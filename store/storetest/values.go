package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rapporteur/rapporteur"
)

const (
	here  rapporteur.CycleID       = "s-res-2388-2017/op34/2018"
	there rapporteur.CycleID       = "s-res-2388-2017/op34/2019"
	kenya rapporteur.ContributorID = "state-ken"
	peru  rapporteur.ContributorID = "state-per"
)

var kenyaHere = rapporteur.RequestKey{Cycle: here, Contributor: kenya}

// instant is some business time, with nanoseconds that must not be lost.
var instant = time.Date(2018, 11, 21, 13, 0, 0, 123456789, time.UTC)

// filler fills values so that no field is left out and no two are the same.
type filler struct{ n int }

// Filled is a value of which every field is set, also those that somebody adds
// to it tomorrow: a store that forgets one cannot bring it back. Each call gives
// the same.
func Filled[T any]() T {
	var v T
	(&filler{}).fill(reflect.ValueOf(&v).Elem(), 0)
	return v
}

// maxDepth ends values that contain themselves.
const maxDepth = 12

func (f *filler) fill(v reflect.Value, depth int) {
	f.n++
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(instant.Add(time.Duration(f.n) * 1_000_001)))
		return
	case reflect.TypeFor[rapporteur.Date]():
		v.Set(reflect.ValueOf(rapporteur.DateOf(instant).AddDays(f.n)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("%s %d", v.Type().Name(), f.n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Uint8:
		v.SetUint(uint64(f.n % 256))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		for _, field := range v.Fields() {
			f.fill(field, depth+1)
		}
	default:
		f.fillMany(v, depth)
	}
}

func (f *filler) fillMany(v reflect.Value, depth int) {
	if depth > maxDepth {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for n := range v.Len() {
			f.fill(v.Index(n), depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(key, depth+1)
			f.fill(value, depth+1)
			v.SetMapIndex(key, value)
		}
	default:
		panic(fmt.Sprintf("cannot fill %s", v.Type()))
	}
}

// same checks that two values are equal; an empty list is as good as none.
func same(t tb, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s is not what it should be (-want +got):\n%s", what, diff)
	}
}

// put stores a cycle and the requests of its contributors.
func put(t tb, s rapporteur.Store, id rapporteur.CycleID, requests ...rapporteur.Request) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.InsertCycle(ctx, rapporteur.Cycle{ID: id, Phase: rapporteur.PhaseCollecting}); err != nil {
			return err
		}
		for n := range requests {
			requests[n].Cycle = id
		}
		return tx.InsertRequests(ctx, requests)
	})
}

// open is an open request of a contributor.
func open(id rapporteur.ContributorID) rapporteur.Request {
	return rapporteur.Request{
		RequestKey: rapporteur.RequestKey{Contributor: id},
		Kind:       rapporteur.KindMemberState, State: rapporteur.RequestOpen,
	}
}

// submission is a version of an answer with its body.
func submission(key rapporteur.RequestKey, version int, body string) (rapporteur.Submission, []byte) {
	sum := sha256.Sum256([]byte(body))
	return rapporteur.Submission{
		RequestKey: key, Version: version, ReturnType: rapporteur.ReturnAnswered,
		Hash: hex.EncodeToString(sum[:]), Size: len(body), SubmittedAt: instant,
	}, []byte(body)
}
