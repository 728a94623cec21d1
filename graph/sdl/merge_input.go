package sdl

// mergeInputFields keeps the fields of an input type that every document has.
func (m merger) mergeInputFields(t *mergedType) {
	kept := t.fields[:0]
	for _, f := range t.fields {
		if len(f.parts) < len(t.parts) {
			for _, p := range f.parts {
				if p.Type.NonNull && p.DefaultValue == nil {
					m.errorf(codeRequiredInput, p.Position, "input field %q of %q is required here and missing in another document", f.name, t.name)
				}
			}
			delete(t.fieldNamed, f.name)
			continue
		}
		m.mergeInputField(t, f)
		kept = append(kept, f)
	}
	if len(kept) == 0 && len(t.fields) > 0 {
		m.errorf(codeEmptyInput, t.position, "the documents' definitions of %q have no field in common", t.name)
	}
	t.fields = kept
}

func (m merger) mergeInputField(t *mergedType, f *mergedField) {
	first := f.parts[0]
	f.typ, f.value, f.position = first.Type, first.DefaultValue, first.Position
	f.description, f.standard = first.Description, standardDirectives(first.Directives)
	for _, p := range f.parts {
		f.inaccessible = f.inaccessible || p.on.doc.federation(p.Directives, "inaccessible") != nil
	}
	for _, p := range f.parts[1:] {
		typ, ok := inputType(f.typ, p.Type)
		if !ok {
			m.errorf(codeFieldType, p.Type.Position, "input field %q of %q is of type %s here and %s in another document", f.name, t.name, p.Type, f.typ)
			m.note("the other type is here", m.at(f.typ.Position))
			continue
		}
		f.typ = typ
		if !sameDefault(f.value, p.DefaultValue) {
			m.errorf(codeInputDefault, p.Position, "input field %q of %q has another default value in another document", f.name, t.name)
			m.note("the other definition is here", m.at(first.Position))
		}
	}
}

// mergeValues merges an enum's values: all of them when clients only read the enum, those that every document has when they
// only send it; an enum that is both must be the same everywhere.
func (m merger) mergeValues(t *mergedType) {
	named := map[string]*mergedValue{}
	for _, part := range t.parts {
		for _, v := range part.values {
			target := named[v.Name]
			if target == nil {
				target = &mergedValue{
					name: v.Name, description: v.Description, standard: standardDirectives(v.Directives), position: v.Position,
				}
				named[v.Name] = target
				t.values = append(t.values, target)
			}
			target.parts++
			target.inaccessible = target.inaccessible || part.doc.federation(v.Directives, "inaccessible") != nil
		}
	}
	if !t.asInput {
		return
	}
	kept := t.values[:0]
	for _, v := range t.values {
		switch {
		case v.parts == len(t.parts):
			kept = append(kept, v)
		case t.asOutput:
			m.errorf(codeEnumValue, v.position, "enum %q is used as input and output, so that all documents must have its value %q", t.name, v.name)
		}
	}
	if len(kept) == 0 && len(t.values) > 0 && !t.asOutput {
		m.errorf(codeEmptyEnum, t.position, "the documents' definitions of %q have no value in common", t.name)
	}
	t.values = kept
}
