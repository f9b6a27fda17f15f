//! The page the shopper looks at, and the product that its schema.org data names.

use shared::conversation::clean::clean;
use shared::limits::{SHORT_CHARS, URL_CHARS};
use shared::protocol::{PageContext, Product};

use crate::node::Node;

/// How a number reads; JavaScript's way is the page's own (129.9, not 129.90000000000001).
type Show = fn(f64) -> String;

/// The text of `data`, of its first item, or of what it names by `url`, `name` or `@value`.
fn words(data: &Node, show: Show) -> Option<String> {
    match data {
        Node::Text(text) => {
            Some(text.trim().chars().take(URL_CHARS).collect()).filter(|t: &String| !t.is_empty())
        }
        Node::Number(number) => Some(show(*number)),
        Node::List(items) => words(items.first()?, show),
        Node::Map(_) => ["url", "name", "@value"].iter().find_map(|n| words(data.get(n), show)),
        Node::Flag(_) | Node::Nothing => None,
    }
}

fn is_a(data: &Node, kind: &str) -> bool {
    let kinds = data.get("@type");
    kinds.text() == Some(kind) || kinds.items().iter().any(|k| k.text() == Some(kind))
}

/// The first product in JSON-LD data, wherever it stands: alone, in a list, in a `@graph`, as the main entity.
fn product_in(data: &Node, show: Show) -> Option<Product> {
    if is_a(data, "Product") || is_a(data, "ProductGroup") {
        return product(data, show);
    }
    match data {
        Node::List(items) => items.iter().find_map(|item| product_in(item, show)),
        Node::Map(_) => ["@graph", "mainEntity"].iter().find_map(|n| product_in(data.get(n), show)),
        _ => None,
    }
}

fn product(data: &Node, show: Show) -> Option<Product> {
    let short = |text: String| clean(&text).chars().take(SHORT_CHARS).collect::<String>();
    let offers = data.get("offers");
    let offer = offers.items().first().unwrap_or(offers);
    let amount = ["price", "lowPrice"].iter().find_map(|n| words(offer.get(n), show));
    let price = amount.map(|amount| match words(offer.get("priceCurrency"), show) {
        Some(currency) => amount + " " + &currency,
        None => amount,
    });
    Some(Product {
        name: short(words(data.get("name"), show)?),
        sku: words(data.get("sku"), show).map(short),
        price: price.map(short),
        image: words(data.get("image"), show),
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
        product_in(&Node::parse(&text)?, |n| js_sys::Number::from(n).to_js_string().into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::from_json;

    fn find(text: &str) -> Option<Product> {
        product_in(&from_json(&serde_json::from_str(text).unwrap()), |n| n.to_string())
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
    fn a_name_that_turns_the_text_around_is_cleaned() {
        let product = find(r#"{"@type":"Product","name":"Fine\u202eenihcam\u0007"}"#).unwrap();
        assert_eq!(product.name, "Fineenihcam");
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
