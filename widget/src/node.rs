//! JSON as a tree. The browser's parser reads the text: a second one would cost every shopper kilobytes.

use wasm_bindgen::{JsCast, JsValue};

/// Deepest nesting that is read: foreign data must not exhaust the stack.
const DEPTH: usize = 16;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// `null`, and whatever is absent.
    Nothing,
    Flag(bool),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// Reads JSON; `None` when it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        js_sys::JSON::parse(text).ok().map(|value| Self::of(&value))
    }

    /// What the browser has parsed.
    pub(crate) fn of(value: &JsValue) -> Self {
        walk(value, DEPTH)
    }

    /// The field, or nothing.
    pub(crate) fn get(&self, name: &str) -> &Node {
        let Node::Map(fields) = self else { return &Node::Nothing };
        fields.iter().find(|(n, _)| n == name).map_or(&Node::Nothing, |(_, node)| node)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        if let Node::Text(text) = self { Some(text) } else { None }
    }

    /// A whole number that is not negative.
    pub(crate) fn number(&self) -> Option<u64> {
        // 2^53: beyond it JavaScript's numbers are no longer exact.
        match self {
            Node::Number(n) if (0.0..=9_007_199_254_740_992.0).contains(n) => Some(*n as u64),
            _ => None,
        }
    }

    /// `true`, or anything else.
    pub(crate) fn flag(&self) -> bool {
        *self == Node::Flag(true)
    }

    /// The items of a list; of anything else none.
    pub(crate) fn items(&self) -> &[Node] {
        if let Node::List(items) = self { items } else { &[] }
    }

    /// Writes JSON. Only whole numbers are ever written.
    pub(crate) fn write(&self, out: &mut String) {
        match self {
            Node::Nothing => out.push_str("null"),
            Node::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Node::Number(n) => out.push_str(&(*n as u64).to_string()),
            Node::Text(text) => quote(text, out),
            Node::List(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Node::Map(fields) => {
                out.push('{');
                for (i, (name, node)) in fields.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    quote(name, out);
                    out.push(':');
                    node.write(out);
                }
                out.push('}');
            }
        }
    }

    /// [`Node::write`] into a new text.
    pub(crate) fn json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// The value as JavaScript has it.
    pub(crate) fn js(&self) -> JsValue {
        js_sys::JSON::parse(&self.json()).unwrap_or(JsValue::NULL)
    }
}

fn quote(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\0'..'\x20' => {
                let code = c as usize;
                out.push_str("\\u00");
                out.extend([char::from(HEX[code >> 4]), char::from(HEX[code & 15])]);
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

fn walk(value: &JsValue, depth: usize) -> Node {
    if let Some(text) = value.as_string() {
        Node::Text(text)
    } else if let Some(number) = value.as_f64() {
        Node::Number(number)
    } else if let Some(flag) = value.as_bool() {
        Node::Flag(flag)
    } else if depth == 0 {
        Node::Nothing
    } else if js_sys::Array::is_array(value) {
        Node::List(js_sys::Array::from(value).iter().map(|item| walk(&item, depth - 1)).collect())
    } else if let Some(object) = value.dyn_ref::<js_sys::Object>() {
        let entries = js_sys::Object::entries(object);
        let field = |entry: JsValue| {
            let entry: js_sys::Array = entry.unchecked_into();
            Some((entry.get(0).as_string()?, walk(&entry.get(1), depth - 1)))
        };
        Node::Map(entries.iter().filter_map(field).collect())
    } else {
        Node::Nothing
    }
}

#[cfg(test)]
pub(crate) fn from_json(value: &serde_json::Value) -> Node {
    use serde_json::Value;
    match value {
        Value::Null => Node::Nothing,
        Value::Bool(flag) => Node::Flag(*flag),
        Value::String(text) => Node::Text(text.clone()),
        Value::Number(number) => Node::Number(number.as_f64().unwrap()),
        Value::Array(items) => Node::List(items.iter().map(from_json).collect()),
        Value::Object(map) => Node::Map(map.iter().map(|(k, v)| (k.clone(), from_json(v))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_json() {
        let text = "quotes \" and \\, lines\n\r\t, \u{1}\u{1f}\u{7f}, 退定金 👍 \u{202e}";
        let value =
            serde_json::json!({"text": text, "list": [1, 9_007_199_254_740_991u64, true, null], "empty": {}});
        let node = from_json(&value);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&node.json()).unwrap(), value);
    }

    #[test]
    fn numbers_are_whole_and_not_negative() {
        for (number, read) in [(3.0, Some(3)), (-1.0, None), (f64::NAN, None), (1e300, None), (0.0, Some(0))]
        {
            assert_eq!(Node::Number(number).number(), read);
        }
    }
}
