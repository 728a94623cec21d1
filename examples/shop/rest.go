package shop

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
)

// route is one path of the service and what it answers to which method.
type route struct {
	path    string
	methods map[string]endpoint
}

// routes lists the service as openapi.yaml describes it.
func (s *Service) routes() []route {
	return []route{
		{"/users", map[string]endpoint{http.MethodGet: s.listUsers}},
		{"/users/{id}", map[string]endpoint{http.MethodGet: s.getUser}},
		{"/orders", map[string]endpoint{http.MethodGet: s.listOrders}},
		{"/orders/{id}", map[string]endpoint{http.MethodGet: s.getOrder}},
		{"/products", map[string]endpoint{http.MethodGet: s.listProducts}},
		{"/products/{sku}", map[string]endpoint{http.MethodGet: s.getProduct}},
		{"/reviews", map[string]endpoint{http.MethodGet: s.listReviews, http.MethodPost: s.postReview}},
		{"/reviews/events", map[string]endpoint{http.MethodGet: s.followReviews}},
		{"/reviews/{id}", map[string]endpoint{http.MethodGet: s.getReview}},
		{"/search", map[string]endpoint{http.MethodGet: s.search}},
	}
}

func (s *Service) listUsers(r *http.Request) reply {
	query := r.URL.Query()
	ids, err := numbers(query, "id")
	if err != nil {
		return badRequest(err)
	}
	return list(query, s.store.users, func(u *User) bool { return ids.keeps(u.ID) })
}

func (s *Service) getUser(r *http.Request) reply {
	user, ok := s.store.user(pathID(r))
	return one(r, "user", user, ok)
}

func (s *Service) listOrders(r *http.Request) reply {
	query := r.URL.Query()
	userIDs, err := numbers(query, "userId")
	if err != nil {
		return badRequest(err)
	}
	statuses := texts(query, "status")
	for status := range statuses {
		if !Status(status).isKnown() {
			return failure(http.StatusBadRequest, codeBadRequest, "%q is no status of an order", status)
		}
	}
	return list(query, s.store.allOrders(), func(o *Order) bool {
		return userIDs.keeps(o.UserID) && statuses.keeps(string(o.Status))
	})
}

func (s *Service) getOrder(r *http.Request) reply {
	order, ok := s.store.order(pathID(r))
	return one(r, "order", order, ok)
}

func (s *Service) listProducts(r *http.Request) reply {
	query := r.URL.Query()
	skus, categories := texts(query, "sku"), texts(query, "category")
	return list(query, s.store.allProducts(), func(p *Product) bool {
		return skus.keeps(p.SKU) && categories.keeps(p.Category.Slug)
	})
}

func (s *Service) getProduct(r *http.Request) reply {
	product, ok := s.store.product(r.PathValue("sku"))
	return one(r, "product", product, ok)
}

func (s *Service) listReviews(r *http.Request) reply {
	query := r.URL.Query()
	authorIDs, err := numbers(query, "authorId")
	if err != nil {
		return badRequest(err)
	}
	minRating, err := natural(query, "minRating", 0)
	if err != nil {
		return badRequest(err)
	}
	skus := texts(query, "productSku")
	reviews := s.store.allReviews()
	switch order := query.Get("sort"); order {
	case "": // by id
	case "best":
		reviews = slices.SortedStableFunc(slices.Values(reviews), func(a, b Review) int {
			return cmp.Or(cmp.Compare(b.Rating, a.Rating), cmp.Compare(b.ID, a.ID))
		})
	default:
		return failure(http.StatusBadRequest, codeBadRequest, "expected sort=best but got %q", order)
	}
	return list(query, reviews, func(v *Review) bool {
		return skus.keeps(v.ProductSKU) && authorIDs.keeps(v.AuthorID) && v.Rating >= minRating
	})
}

func (s *Service) getReview(r *http.Request) reply {
	review, ok := s.store.review(pathID(r))
	return one(r, "review", review, ok)
}

// pathID reads the {id} of the path. Whatever is no number is the id of
// nothing, so 0 stands for it: ids begin at 1.
func pathID(r *http.Request) int {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return 0
	}
	return id
}

// one answers with a single row, or with 404 that names what was asked for.
func one[T any](r *http.Request, kind string, row T, ok bool) reply {
	if !ok {
		asked := cmp.Or(r.PathValue("id"), r.PathValue("sku"))
		return failure(http.StatusNotFound, codeNotFound, "there is no %s %q", kind, asked)
	}
	return answer(http.StatusOK, row)
}
