//! The page the shopper looks at, and the product that its schema.org data names.

use shared::limits::{SHORT_CHARS, URL_CHARS};
use shared::protocol::{PageContext, Product};
use wasm_bindgen::{JsCast, JsValue};

/// Deepest nesting that is looked into: a page's data must not exhaust the stack.
const DEPTH: usize = 8;

/// A JSON value, as far as JSON-LD matters here.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
    /// Numbers arrive as text; everything else says nothing.
    Nothing,
}

impl Node {
    fn get(&self, name: &str) -> Option<&Node> {
        let Node::Map(fields) = self else { return None };
        fields.iter().find(|(n, _)| n == name).map(|(_, node)| node)
    }

    /// The text of this node, of its first item, or of what it names by `url`, `name` or `@value`.
    fn text(&self) -> Option<String> {
        match self {
            Node::Text(text) => {
                Some(text.trim().chars().take(URL_CHARS).collect()).filter(|t: &String| !t.is_empty())
            }
            Node::List(items) => items.first()?.text(),
            Node::Map(_) => ["url", "name", "@value"].iter().find_map(|n| self.get(n)?.text()),
            Node::Nothing => None,
        }
    }

    fn is_a(&self, kind: &str) -> bool {
        match self.get("@type") {
            Some(Node::Text(text)) => text == kind,
            Some(Node::List(kinds)) => kinds.iter().any(|k| matches!(k, Node::Text(t) if t == kind)),
            _ => false,
        }
    }
}

/// The first product in JSON-LD data, wherever it stands: alone, in a list, in a `@graph`, as the main entity.
pub(crate) fn product_in(data: &Node) -> Option<Product> {
    if data.is_a("Product") || data.is_a("ProductGroup") {
        return product(data);
    }
    match data {
        Node::List(items) => items.iter().find_map(product_in),
        Node::Map(_) => ["@graph", "mainEntity"].iter().find_map(|n| product_in(data.get(n)?)),
        _ => None,
    }
}

fn product(data: &Node) -> Option<Product> {
    let short = |text: String| text.chars().take(SHORT_CHARS).collect::<String>();
    let offer = match data.get("offers") {
        Some(Node::List(offers)) => offers.first(),
        other => other,
    };
    let price = offer.and_then(|offer| {
        let amount = ["price", "lowPrice"].iter().find_map(|n| offer.get(n)?.text())?;
        let currency = offer.get("priceCurrency").and_then(Node::text);
        Some(short(currency.map_or(amount.clone(), |c| format!("{amount} {c}"))))
    });
    Some(Product {
        name: short(data.get("name")?.text()?),
        sku: data.get("sku").and_then(Node::text).map(short),
        price,
        image: data.get("image").and_then(Node::text),
    })
}

/// What the present page says about itself.
pub(crate) fn current() -> PageContext {
    let document = leptos::prelude::document();
    let url = leptos::prelude::location().href().unwrap_or_default();
    PageContext {
        url: url.chars().take(URL_CHARS).collect(),
        title: document.title().chars().take(SHORT_CHARS).collect(),
        product: find_product(&document),
    }
}

fn find_product(document: &web_sys::Document) -> Option<Product> {
    let scripts = document.query_selector_all("script[type='application/ld+json']").ok()?;
    (0..scripts.length()).find_map(|i| {
        let text = scripts.get(i)?.text_content()?;
        product_in(&node(&js_sys::JSON::parse(&text).ok()?, DEPTH))
    })
}

fn node(value: &JsValue, depth: usize) -> Node {
    if let Some(text) = value.as_string() {
        Node::Text(text)
    } else if value.as_f64().is_some() {
        // JavaScript's own way to write a number: 129.9, not 129.90000000000001.
        js_sys::JSON::stringify(value).map_or(Node::Nothing, |text| Node::Text(text.into()))
    } else if depth == 0 {
        Node::Nothing
    } else if let Some(list) = value.dyn_ref::<js_sys::Array>() {
        Node::List(list.iter().map(|item| node(&item, depth - 1)).collect())
    } else if let Some(object) = value.dyn_ref::<js_sys::Object>() {
        let entries = js_sys::Object::entries(object);
        let field = |entry: JsValue| {
            let entry: js_sys::Array = entry.dyn_into().ok()?;
            Some((entry.get(0).as_string()?, node(&entry.get(1), depth - 1)))
        };
        Node::Map(entries.iter().filter_map(field).collect())
    } else {
        Node::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_json(value: &serde_json::Value) -> Node {
        use serde_json::Value;
        match value {
            Value::String(text) => Node::Text(text.clone()),
            Value::Number(number) => Node::Text(number.to_string()),
            Value::Array(items) => Node::List(items.iter().map(from_json).collect()),
            Value::Object(map) => Node::Map(map.iter().map(|(k, v)| (k.clone(), from_json(v))).collect()),
            _ => Node::Nothing,
        }
    }

    fn find(text: &str) -> Option<Product> {
        product_in(&from_json(&serde_json::from_str(text).unwrap()))
    }

    #[test]
    fn a_product_is_found_wherever_shops_put_it() {
        let plain = r#"{"@type":"Product","name":"Current 2","sku":"C2","image":"https://a.example/c2.svg",
            "offers":{"@type":"Offer","price":"129.00","priceCurrency":"USD"}}"#;
        let expect = Product {
            name: "Current 2".into(),
            sku: Some("C2".into()),
            price: Some("129.00 USD".into()),
            image: Some("https://a.example/c2.svg".into()),
        };
        assert_eq!(find(plain), Some(expect.clone()));
        assert_eq!(find(&format!("[{{\"@type\":\"Organization\"}},{plain}]")), Some(expect.clone()));
        assert_eq!(
            find(&format!(r#"{{"@graph":[{{"@type":"BreadcrumbList"}},{plain}]}}"#)),
            Some(expect.clone())
        );
        assert_eq!(find(&format!(r#"{{"@type":"ItemPage","mainEntity":{plain}}}"#)), Some(expect));
    }

    #[test]
    fn other_forms_of_type_image_and_price() {
        let product = find(
            r#"{"@type":["Product","Thing"],"name":"A","image":[{"@type":"ImageObject","url":"https://a.example/1"}],
            "offers":[{"lowPrice":99.5}]}"#,
        )
        .unwrap();
        assert_eq!(product.image.as_deref(), Some("https://a.example/1"));
        assert_eq!(product.price.as_deref(), Some("99.5"));
    }

    #[test]
    fn no_product_without_a_name_or_of_another_type() {
        for text in [
            r#"{"@type":"Product"}"#,
            r#"{"@type":"Article","name":"A"}"#,
            "[]",
            "3",
            "null",
            r#"{"name":{}}"#,
        ] {
            assert_eq!(find(text), None, "{text}");
        }
        let long = find(&format!(r#"{{"@type":"Product","name":"{}"}}"#, "长".repeat(5_000))).unwrap();
        assert_eq!(long.name.chars().count(), SHORT_CHARS);
    }
}
