package permit

import "fmt"

// CheckPolicy checks the name and the expression of a named policy. Whether fields have the arguments that it reads is seen when it is used. The
// error about an expression is an *ExpressionError.
func CheckPolicy(name, expression string) error {
	if !isName(name) {
		return fmt.Errorf(`%q cannot be the name of a policy: write words such as "billing-admin" or "orders:read", not the name of a variable`, name)
	}
	l, err := newLanguage()
	if err != nil {
		return err
	}
	if _, wrong := l.compile(expression); wrong != nil {
		return wrong
	}
	return nil
}
