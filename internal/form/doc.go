// Package form is forms as data: what a form asks, what each answer demands, the
// rules that a completed document keeps, its scores, and what completing and
// signing it do. A form is a value (Spec), read from definitions by package
// definition; Compile checks it whole, as a compiler checks a program, and Judge
// holds answers to it. The package knows no store, no web and no clock.
//
// Conditions, rules, scores and effects are written in CEL. The questions of a
// section can be named bare where the section says it (any == 'no') and by their
// section everywhere (conclusion.classification); an id lower-reasons is
// lower_reasons in CEL.
//
// # Unanswered
//
// Unanswered has one meaning, and a hidden question has it too: not known. What is
// made of something not known is not known, unless it does not matter: false &&
// unknown is false, true || unknown is true. Only text and lists differ: text that
// is unanswered is the empty text, and a list the empty list. answered(x) tells.
//
//   - A when that is not known hides.
//   - A rule that is not known does not stand in the way: what must be answered is
//     said by required, and by what an answer demands.
//   - A score or a computed answer that is not known is absent.
//   - An effect whose condition is not known does nothing.
//
// The same holds inside the items of lists and the rows of tables. What cannot be
// worked out, as where something is divided by 0, is not known either.
//
// # Hidden answers
//
// An answer to a question that is not shown is kept, so that nothing typed is
// lost. It takes no part in rules, scores, effects, print or what other documents
// read.
package form
