//! All or nothing: the platform's synchronous transaction.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::State;

use crate::error::{Error, Result};

#[wasm_bindgen]
extern "C" {
    type Transactional;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &Transactional,
        body: &mut dyn FnMut() -> std::result::Result<(), JsValue>,
    ) -> std::result::Result<JsValue, JsValue>;
}

/// Runs `body`; when it fails, nothing it wrote remains.
pub(crate) fn transaction(state: &State, body: impl FnOnce() -> Result<()>) -> Result<()> {
    let storage: Transactional = {
        use wasm_bindgen::JsCast;
        let raw: &JsValue = state.as_raw().as_ref();
        js_sys::Reflect::get(raw, &"storage".into()).map_err(worker::Error::from)?.unchecked_into()
    };
    let mut body = Some(body);
    let mut failure: Option<Error> = None;
    let outcome = storage.transaction_sync(&mut || match body.take().map_or(Ok(()), |body| body()) {
        Ok(()) => Ok(()),
        Err(error) => {
            let thrown = js_sys::Error::new(&error.to_string());
            failure = Some(error);
            Err(thrown.into())
        }
    });
    match (outcome, failure) {
        (_, Some(error)) => Err(error),
        (Err(thrown), None) => Err(worker::Error::from(thrown).into()),
        (Ok(_), None) => Ok(()),
    }
}
