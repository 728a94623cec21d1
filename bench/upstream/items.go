package upstream

import "fmt"

// item is a flat row of the long list: the kind of table that reports and exports read.
type item struct {
	ID      int     `json:"id"`
	SKU     string  `json:"sku"`
	Name    string  `json:"name"`
	Price   float64 `json:"price"`
	Stock   int     `json:"stock"`
	Active  bool    `json:"active"`
	Updated string  `json:"updated"`
}

func (p prose) item(id int) any {
	return item{
		ID:      id,
		SKU:     fmt.Sprintf("SKU-%05d", id),
		Name:    p.line(id+60000, 3),
		Price:   float64(100+id*7919%9900) / 100,
		Stock:   id * 31 % 500,
		Active:  id%5 != 0,
		Updated: fmt.Sprintf("2025-%02d-%02dT%02d:30:00Z", id%12+1, id%28+1, id%24),
	}
}
