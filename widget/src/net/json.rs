//! JSON through the browser's own parser: a second one would cost every shopper 17 KB.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads JSON; `None` when it is none, or of another form.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Option<T> {
    from(js_sys::JSON::parse(text).ok()?)
}

/// Reads a value the browser has parsed.
pub(crate) fn from<T: DeserializeOwned>(value: wasm_bindgen::JsValue) -> Option<T> {
    serde_wasm_bindgen::from_value(value).ok()
}

/// A JavaScript value of plain objects and arrays.
pub(crate) fn value<T: Serialize + ?Sized>(value: &T) -> Option<wasm_bindgen::JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).ok()
}

/// Writes JSON.
pub(crate) fn text<T: Serialize + ?Sized>(data: &T) -> Option<String> {
    js_sys::JSON::stringify(&value(data)?).ok().map(String::from)
}
