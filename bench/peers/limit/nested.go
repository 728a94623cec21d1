package main

// userRoom is more than the ids of all users.
const userRoom = 128

// withUsers answers with a list of posts, each with its user: two calls.
func (g gateway) withUsers(out []byte, path, field string, keys, userKeys []string) ([]byte, error) {
	body, release, err := g.fetch(path)
	if err != nil {
		return nil, err
	}
	defer release()
	v := make([][]byte, max(len(keys), len(userKeys)))
	users := newTarget("/users", "id")
	var seen [userRoom]bool
	isFirst := true
	each(body, []string{"userId"}, v[:1], func() {
		if n := atoi(v[0]); !seen[n] {
			seen[n] = true
			users.add(v[0], isFirst)
			isFirst = false
		}
	})
	userBody, releaseUsers, err := g.fetch(string(users.b))
	if err != nil {
		return nil, err
	}
	defer releaseUsers()
	var made [userRoom][]byte
	buf := make([]byte, 0, len(userBody))
	each(userBody, userKeys, v, func() {
		from := len(buf)
		buf = appendObject(buf, userKeys, v)
		made[atoi(v[0])] = buf[from:]
	})
	out = append(append(append(out, `{"data":{"`...), field...), `":[`...)
	each(body, keys, v, func() {
		out = append(appendOpenObject(out, keys, v), `,"user":`...)
		out = append(out, made[atoi(v[1])]...)
		out = append(out, '}', ',')
	})
	return append(closeList(out), `}}`...), nil
}
