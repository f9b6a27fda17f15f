//! As much of JSON Schema as `docs/openapi.json` uses.

use std::sync::LazyLock;

use serde_json::Value;

/// The description of the API.
pub static OPENAPI: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../docs/openapi.json")).unwrap_or_else(|error| panic!("{error}"))
});

/// What is wrong with `value` as the schema of this name has it.
#[must_use]
pub fn problems(name: &str, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(&OPENAPI["components"]["schemas"][name], value, name, &mut found);
    found
}

/// Holds `value` to the schema of this name.
///
/// # Panics
/// When it does not fit.
pub fn assert_fits(name: &str, value: &Value) {
    let found = problems(name, value);
    assert!(found.is_empty(), "{found:?}\n{value}");
}

const KNOWN: [&str; 13] = [
    "$ref",
    "type",
    "properties",
    "required",
    "items",
    "enum",
    "const",
    "oneOf",
    "minimum",
    "maximum",
    "pattern",
    "minLength",
    "default",
];

fn check(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(rules) = schema.as_object() else {
        found.push(format!("{at}: no schema"));
        return;
    };
    if let Some(target) = schema["$ref"].as_str() {
        let pointer = target.trim_start_matches('#');
        return check(OPENAPI.pointer(pointer).unwrap_or(&Value::Null), value, at, found);
    }
    found.extend(
        rules
            .keys()
            .filter(|rule| *rule != "description" && !KNOWN.contains(&rule.as_str()))
            .map(|rule| format!("{at}: this checker does not know `{rule}`")),
    );
    if let Some(kind) = schema["type"].as_str() {
        let fits = match kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_u64() || value.is_i64(),
            "boolean" => value.is_boolean(),
            _ => false,
        };
        if !fits {
            found.push(format!("{at}: no {kind}"));
            return;
        }
    }
    if rules.contains_key("const") && schema["const"] != *value {
        found.push(format!("{at}: not {}", schema["const"]));
    }
    if schema["enum"].as_array().is_some_and(|all| !all.contains(value)) {
        found.push(format!("{at}: {value} is none of {}", schema["enum"]));
    }
    let number = value.as_f64().unwrap_or(0.0);
    if schema["minimum"].as_f64().is_some_and(|least| number < least)
        || schema["maximum"].as_f64().is_some_and(|most| number > most)
    {
        found.push(format!("{at}: {value} is out of bounds"));
    }
    if schema["pattern"].is_string() && shared::ids::AgentId::new(value.as_str().unwrap_or_default()).is_err()
    {
        found.push(format!("{at}: {value} is no id"));
    }
    if schema["minLength"].is_u64() && value.as_str().is_some_and(str::is_empty) {
        found.push(format!("{at}: empty"));
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let tries: Vec<Vec<String>> = choices
            .iter()
            .map(|choice| {
                let mut found = Vec::new();
                check(choice, value, at, &mut found);
                found
            })
            .collect();
        if tries.iter().filter(|found| found.is_empty()).count() != 1 {
            found.push(format!("{at}: {value} fits not exactly one of the choices: {tries:?}"));
        }
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            found.push(format!("{at}: lacks {name}"));
        }
    }
    if let (Some(properties), Some(object)) = (schema["properties"].as_object(), value.as_object()) {
        for (name, property) in properties {
            if let Some(inner) = object.get(name) {
                check(property, inner, &format!("{at}.{name}"), found);
            }
        }
    }
    if let Some(items) = value.as_array().filter(|_| rules.contains_key("items")) {
        for (n, item) in items.iter().enumerate() {
            check(&schema["items"], item, &format!("{at}[{n}]"), found);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    #[test]
    fn r_165_the_description_has_the_routers_paths_and_methods() {
        let mut described = BTreeSet::new();
        for (path, operations) in OPENAPI["paths"].as_object().unwrap() {
            for method in operations.as_object().unwrap().keys().filter(|name| *name != "parameters") {
                described.insert((method.to_uppercase(), path.clone()));
            }
        }
        let routes = shared::outside::ROUTES.iter().map(|(m, p)| ((*m).to_owned(), (*p).to_owned()));
        assert_eq!(described, routes.collect());
    }

    #[test]
    fn r_165_every_golden_webhook_fits_the_description() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/src/hooks/golden");
        let mut types = BTreeSet::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            types.insert(path.file_stem().unwrap().to_string_lossy().into_owned());
            let examples: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            examples.iter().for_each(|example| assert_fits("HookEvent", example));
        }
        let described = OPENAPI["components"]["schemas"]["Event"]["oneOf"].as_array().unwrap();
        let described =
            described.iter().map(|c| c["properties"]["type"]["const"].as_str().unwrap().to_owned());
        assert_eq!(types, described.collect());
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn walk(value: &Value) {
            match value {
                Value::Object(fields) => {
                    if let Some(Value::String(target)) = fields.get("$ref") {
                        assert!(OPENAPI.pointer(target.trim_start_matches('#')).is_some(), "{target}");
                    }
                    fields.values().for_each(walk);
                }
                Value::Array(items) => items.iter().for_each(walk),
                _ => {}
            }
        }
        walk(&OPENAPI);
    }

    #[test]
    fn what_does_not_fit_is_found() {
        assert!(problems("Written", &json!({ "client_id": "a", "seq": 1, "at": 2 })).is_empty());
        for wrong in [
            json!([]),
            json!({ "client_id": "a", "seq": 1 }),
            json!({ "client_id": "a b", "seq": 1, "at": 2 }),
            json!({ "client_id": "a", "seq": -1, "at": 2 }),
            json!({ "client_id": "a", "seq": "1", "at": 2 }),
        ] {
            assert!(!problems("Written", &wrong).is_empty(), "{wrong}");
        }
        assert!(!problems("Sender", &json!({ "type": "agent" })).is_empty());
        assert!(!problems("Presence", &json!("asleep")).is_empty());
        assert!(!problems("PutPresence", &json!({ "presence": "online", "lease": 29 })).is_empty());
    }
}
