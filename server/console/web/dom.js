// Makes elements. Texts are always set as text: nothing that the server sends becomes markup.

/** Returns an element with a class, attributes, and children: elements or texts. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** Sets the attributes of an element and returns it. */
export function attributes(target, values) {
  for (const [name, value] of Object.entries(values)) target.setAttribute(name, value);
  return target;
}

/** Returns an SVG element with attributes. */
export function vector(name, values = {}) {
  return attributes(document.createElementNS("http://www.w3.org/2000/svg", name), values);
}

/** Sets an element's text, if it changes: what is read aloud or selected is not disturbed. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Shows names with values in a description list. */
export function setFacts(list, facts) {
  while (list.children.length > facts.length) list.lastChild.remove();
  while (list.children.length < facts.length) {
    list.append(element("div", "", element("dt"), element("dd")));
  }
  facts.forEach(([name, value], i) => {
    const [dt, dd] = list.children[i].children;
    setText(dt, name);
    setText(dd, value);
  });
}

/**
 * Keeps one view for each key, in the order of the items: make(item) returns {nodes, update}, update(item) shows an item.
 * What stays is not touched, so that focus and what is open survive.
 */
export function keyed(parent, make) {
  const views = new Map();
  return (items, keyOf) => {
    const wanted = new Set(items.map(keyOf));
    for (const [key, view] of views) {
      if (wanted.has(key)) continue;
      view.nodes.forEach((node) => node.remove());
      views.delete(key);
    }
    let after = null;
    for (const item of items) {
      const key = keyOf(item);
      if (!views.has(key)) views.set(key, make(item));
      const view = views.get(key);
      view.update(item);
      for (const node of view.nodes) {
        const next = after ? after.nextSibling : parent.firstChild;
        if (node !== next) parent.insertBefore(node, next);
        after = node;
      }
    }
  };
}
