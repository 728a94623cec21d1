package shop

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"unicode/utf8"
)

// Bounds of what a review may say, in characters, and of a request's bytes.
const (
	maxTitle     = 80
	maxBody      = 2000
	maxPostBytes = 64 << 10
)

// draft is the body of POST /reviews. Pointers tell absent from zero, so that
// the answer can say what is missing.
type draft struct {
	ProductSKU *string `json:"productSku"`
	AuthorID   *int    `json:"authorId"`
	Rating     *int    `json:"rating"`
	Title      string  `json:"title"`
	Body       *string `json:"body"`
}

func (s *Service) postReview(r *http.Request) reply {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != jsonType {
		return failure(http.StatusUnsupportedMediaType, codeNotJSON, "expected a body of type %s", jsonType)
	}
	var posted draft
	// No writer is passed on: with one, the limit would also close the
	// connection, and the client might miss the explanation.
	body := http.MaxBytesReader(nil, r.Body, maxPostBytes)
	if err := json.NewDecoder(body).Decode(&posted); err != nil {
		return unreadable(err)
	}
	review, err := s.check(posted)
	if err != nil {
		return failure(http.StatusUnprocessableEntity, codeInvalid, "%s", err)
	}
	review = s.store.place(review, s.now().UTC())
	return answer(http.StatusCreated, review).with("Location", fmt.Sprintf("/reviews/%d", review.ID))
}

// unreadable tells apart the ways in which a body is no draft.
func unreadable(err error) reply {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return failure(http.StatusRequestEntityTooLarge, codeTooLarge, "expected at most %d bytes", tooLarge.Limit)
	}
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) && wrongType.Field != "" {
		return failure(http.StatusUnprocessableEntity, codeInvalid,
			"%s cannot be a %s", wrongType.Field, wrongType.Value)
	}
	return failure(http.StatusBadRequest, codeBadRequest, "expected a JSON object")
}

// check turns a draft into a review without id and time; the error is meant
// for the client.
func (s *Service) check(d draft) (Review, error) {
	switch {
	case d.ProductSKU == nil:
		return Review{}, errors.New("productSku is missing")
	case !s.store.hasProduct(*d.ProductSKU):
		return Review{}, fmt.Errorf("there is no product %q", *d.ProductSKU)
	case d.AuthorID == nil:
		return Review{}, errors.New("authorId is missing")
	case !s.store.hasUser(*d.AuthorID):
		return Review{}, fmt.Errorf("there is no user %d", *d.AuthorID)
	case d.Rating == nil:
		return Review{}, errors.New("rating is missing")
	case *d.Rating < 1 || *d.Rating > 5:
		return Review{}, fmt.Errorf("rating must be from 1 to 5 but is %d", *d.Rating)
	case d.Title == "":
		return Review{}, errors.New("title is missing")
	case utf8.RuneCountInString(d.Title) > maxTitle:
		return Review{}, fmt.Errorf("title must have at most %d characters", maxTitle)
	case d.Body != nil && utf8.RuneCountInString(*d.Body) > maxBody:
		return Review{}, fmt.Errorf("body must have at most %d characters", maxBody)
	}
	return Review{
		ProductSKU: *d.ProductSKU, AuthorID: *d.AuthorID, Rating: *d.Rating, Title: d.Title, Body: d.Body,
	}, nil
}
