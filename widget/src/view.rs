//! The one type of everything drawn, on Leptos' reactive graph.
//!
//! Leptos' `view!` gives every tree of elements a type of its own, and the compiler makes the code to build, update
//! and drop it anew for each: two thirds of what every shopper would download. A [`View`] is one node of the page,
//! made at once, with the effects and handlers that live as long as it does. Nothing is ever written as HTML: texts
//! become text nodes, so they are inert, and pages that demand trusted types are content.

use leptos::prelude::{Mountable, Render, RenderEffect, document};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, Node};

const SVG: &str = "http://www.w3.org/2000/svg";

/// A text that follows the slots it is made of.
pub(crate) type Say = Box<dyn Fn() -> String>;

/// A node of the page; dropping it takes it away.
pub(crate) struct View {
    node: Node,
    /// Held, never looked at.
    _kept: Vec<Kept>,
}

/// What lives as long as a node.
enum Kept {
    Effect { _effect: RenderEffect<()> },
    Handler { _handler: Closure<dyn FnMut(Event)> },
    Inside { _view: View },
}

/// An element. Creating one cannot fail: all names are ours.
pub(crate) fn el(tag: &str, class: &str, inside: Vec<View>) -> View {
    let element = document().create_element(tag).unwrap_or_else(|_| JsValue::NULL.unchecked_into());
    if !class.is_empty() {
        let _ = element.set_attribute("class", class);
    }
    View { node: element.into(), _kept: vec![] }.holding(inside)
}

/// A text that stays.
pub(crate) fn plain(text: &str) -> View {
    View { node: document().create_text_node(text).into(), _kept: vec![] }
}

/// Nothing to be seen.
pub(crate) fn nothing() -> View {
    plain("")
}

/// A text that follows what it is made of.
pub(crate) fn words(say: Say) -> View {
    let mut view = nothing();
    let node = view.node.clone();
    view.follow(move || node.set_text_content(Some(&say())));
    view
}

/// A view that is made anew whenever a slot it looked at changes; its box takes no part in the layout.
pub(crate) fn part(make: impl Fn() -> View + 'static) -> View {
    follow_part(Box::new(make))
}

/// Compiled once, and not for each part.
fn follow_part(make: Box<dyn Fn() -> View>) -> View {
    let mut view = el("span", "part", vec![]);
    let place = view.node.clone();
    let mut now: Option<View> = None;
    view.follow(move || {
        let next = make();
        let node = next.node.clone();
        let focused = place.unchecked_ref::<Element>().matches(":focus-within").unwrap_or_default();
        drop(now.replace(next));
        let _ = place.append_child(&node);
        // Whoever used what has gone away goes on at what came in its place.
        if focused && let Some(element) = node.dyn_ref::<HtmlElement>() {
            if element.tab_index() < 0 {
                element.set_tab_index(-1);
            }
            let _ = element.focus();
        }
    });
    view
}

/// Views of a list, each made once for its key, in the list's order.
pub(crate) fn keyed<T: 'static>(
    class: &str,
    list: impl Fn() -> Vec<T> + 'static,
    key: fn(&T) -> &str,
    make: impl Fn(T) -> View + 'static,
) -> View {
    let mut view = el("div", class, vec![]);
    let place = view.node.clone();
    let mut now: Vec<(String, View)> = vec![];
    view.follow(move || {
        let mut before = std::mem::take(&mut now);
        for item in list() {
            let known = before.iter().position(|(k, _)| k == key(&item));
            now.push(match known {
                Some(at) => before.remove(at),
                None => (key(&item).to_owned(), make(item)),
            });
        }
        drop(before);
        let mut next: Option<Node> = None;
        for (_, view) in now.iter().rev() {
            // A node in its place is left alone: moving it would restart its animation and lose the focus in it.
            if view.node.parent_node().is_none() || view.node.next_sibling() != next {
                let _ = place.insert_before(&view.node, next.as_ref());
            }
            next = Some(view.node.clone());
        }
    });
    view
}

/// A line icon: one path on a 24 × 24 grid.
pub(crate) fn drawing(path: &str) -> View {
    let make =
        |tag| document().create_element_ns(Some(SVG), tag).unwrap_or_else(|_| JsValue::NULL.unchecked_into());
    let (svg, line) = (make("svg"), make("path"));
    let _ = line.set_attribute("d", path);
    let _ = svg.append_child(&line);
    View { node: svg.into(), _kept: vec![] }
        .with("class", "icon")
        .with("viewBox", "0 0 24 24")
        .with("aria-hidden", "true")
}

impl View {
    fn element(&self) -> &Element {
        self.node.unchecked_ref()
    }

    fn leave(&self) {
        if let Some(parent) = self.node.parent_node() {
            let _ = parent.remove_child(&self.node);
        }
    }

    fn follow(&mut self, change: impl FnMut() + 'static) {
        // Boxed here, so that the rest is compiled once.
        fn effect(mut change: Box<dyn FnMut()>) -> Kept {
            Kept::Effect { _effect: RenderEffect::new(move |_| change()) }
        }
        self._kept.push(effect(Box::new(change)));
    }

    /// Puts views inside.
    pub(crate) fn holding(mut self, inside: Vec<View>) -> Self {
        for view in inside {
            let _ = self.node.append_child(&view.node);
            self._kept.push(Kept::Inside { _view: view });
        }
        self
    }

    /// Sets an attribute.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        let _ = self.element().set_attribute(name, value);
        self
    }

    /// Lets an attribute follow.
    pub(crate) fn live(mut self, name: &'static str, say: Say) -> Self {
        let element = self.element().clone();
        self.follow(move || {
            let _ = element.set_attribute(name, &say());
        });
        self
    }

    /// Lets what stands in a field follow, without moving the caret of somebody who types.
    pub(crate) fn value(mut self, say: Say) -> Self {
        let field: web_sys::HtmlTextAreaElement = self.node.clone().unchecked_into();
        self.follow(move || {
            let value = say();
            if field.value() != value {
                field.set_value(&value);
            }
        });
        self
    }

    /// Calls `act` on each event.
    pub(crate) fn on<E: JsCast>(mut self, event: &str, mut act: impl FnMut(E) + 'static) -> Self {
        self.listen(event, Box::new(move |event| act(event.unchecked_into())));
        self
    }

    fn listen(&mut self, event: &str, act: Box<dyn FnMut(Event)>) {
        let handler = Closure::wrap(act);
        let _ = self.node.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
        self._kept.push(Kept::Handler { _handler: handler });
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Render for View {
    type State = Self;

    fn build(self) -> Self {
        self
    }

    fn rebuild(self, state: &mut Self) {
        if let Some(parent) = state.node.parent_node() {
            let _ = parent.replace_child(&self.node, &state.node);
        }
        *state = self;
    }
}

impl Mountable for View {
    fn unmount(&mut self) {
        self.leave();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        let _ = parent.insert_before(&self.node, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = self.node.parent_element();
        if let Some(parent) = &parent {
            child.mount(parent, Some(&self.node));
        }
        parent.is_some()
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element().clone()]
    }
}
