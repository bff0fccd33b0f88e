package casework

// UnusedReference is for the test that draws a reference twice.
var UnusedReference = unusedReference
