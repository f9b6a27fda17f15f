//! Event handlers that are done before they return.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;

/// Runs `handler` right away. Only when it has to wait is there a promise, which takes it to its end; a promise and a
/// microtask for every frame would cost about as much as the machine itself.
pub(super) fn at_once<F>(handler: F) -> Result<JsValue, JsValue>
where
    F: Future<Output = worker::Result<()>> + 'static,
{
    let mut handler: Pin<Box<F>> = Box::pin(handler);
    match handler.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => Ok(outcome.map(|()| JsValue::UNDEFINED)?),
        // Polled again there, it leaves the promise's waker with whatever it waits for.
        Poll::Pending => {
            Ok(future_to_promise(async move { Ok(handler.await.map(|()| JsValue::UNDEFINED)?) }).into())
        }
    }
}
