package upstream

import "fmt"

// user has what JSONPlaceholder's users have. Half of it is never asked for: a gateway
// has to get past it.
type user struct {
	ID       int     `json:"id"`
	Name     string  `json:"name"`
	Username string  `json:"username"`
	Email    string  `json:"email"`
	Address  address `json:"address"`
	Phone    string  `json:"phone"`
	Website  string  `json:"website"`
	Company  company `json:"company"`
}

type address struct {
	Street  string `json:"street"`
	Suite   string `json:"suite"`
	City    string `json:"city"`
	Zipcode string `json:"zipcode"`
	Geo     geo    `json:"geo"`
}

type geo struct {
	Lat string `json:"lat"`
	Lng string `json:"lng"`
}

type company struct {
	Name        string `json:"name"`
	CatchPhrase string `json:"catchPhrase"`
	BS          string `json:"bs"`
}

// The factors below only spread the words; none means anything.
func (p prose) user(id int) any {
	return user{
		ID:       id,
		Name:     p.name(id) + " " + p.name(id*7),
		Username: fmt.Sprintf("%s.%d", p.word(id*3), id),
		Email:    fmt.Sprintf("%s%d@example.test", p.word(id*5), id),
		Address: address{
			Street:  p.line(id, 2),
			Suite:   fmt.Sprintf("Apt. %d", 100+id),
			City:    p.name(id * 11),
			Zipcode: fmt.Sprintf("%05d-%04d", 10000+id*37, 1000+id),
			Geo:     geo{Lat: fmt.Sprintf("%d.%04d", -40+id%80, id*97), Lng: fmt.Sprintf("%d.%04d", 80-id%60, id*89)},
		},
		Phone:   fmt.Sprintf("1-770-736-%04d x%d", 8000+id, 100+id),
		Website: fmt.Sprintf("%s%d.example", p.word(id*13), id),
		Company: company{
			Name:        p.name(id*17) + "-" + p.name(id*19),
			CatchPhrase: p.line(id+500, 4),
			BS:          p.line(id+900, 4),
		},
	}
}
