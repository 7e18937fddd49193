package main

import (
	"os"
	"testing"
)

// asProgram is the variable by which the test's own binary becomes the program, so
// that tests start real processes without another build.
const asProgram = "BE_THE_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}
