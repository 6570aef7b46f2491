// The one way in which views make nodes. Strings become text, never markup.

/**
 * @param {string} tag
 * @param {object} properties  of the element, as in {className: "faint"}; "aria-…" and "data-…" are set as attributes
 * @param {...(Node|string)} children
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

/** "1 problem", "2 problems" */
export function counted(count, singular) {
  return `${count} ${singular}${count === 1 ? "" : "s"}`;
}
