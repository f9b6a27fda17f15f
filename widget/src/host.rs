//! Where the widget lives: what the loader hands over, the style sheet, the two places it draws in.

use leptos::mount::mount_to_renderer;
use leptos::prelude::Owner;
use shared::ids::SiteKey;
use shared::lang::Lang;
use wasm_bindgen::prelude::*;
use web_sys::{CssStyleSheet, HtmlElement, ShadowRoot};

use crate::components::{panel, teaser};
use crate::node::Node;
use crate::state::App;
use crate::{persist, proactive, watch};

/// The components' style sheets, put together by `build.rs`.
const CSS: &str = include_str!(concat!(env!("OUT_DIR"), "/widget.css"));

/// The site's config, as the edge wrote it into the loader.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) site: SiteKey,
    /// The edge's origin.
    pub(crate) edge: String,
    /// The shop's name.
    pub(crate) name: String,
    /// The languages the shop offers.
    pub(crate) languages: Vec<Lang>,
    /// Whether any campaign may ever speak.
    pub(crate) speaks_first: bool,
}

impl Config {
    fn read(node: &Node) -> Option<Self> {
        let text = |name: &str| node.get(name).text().map(str::to_owned);
        Some(Self {
            site: SiteKey::new(text("site")?).ok()?,
            edge: text("edge")?,
            name: text("name")?,
            // Tags of a newer edge that this widget does not know are passed over.
            languages: node
                .get("languages")
                .items()
                .iter()
                .filter_map(|tag| Lang::parse(tag.text()?))
                .collect(),
            speaks_first: *node.get("proactive") != Node::Nothing,
        })
    }
}

#[wasm_bindgen]
extern "C" {
    /// What the loader offers the widget (`Api` in `public/loader/loader.ts`).
    #[derive(Debug, Clone)]
    pub type Api;
    /// The panel's frame, which the loader shows, hides and animates.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn frame(this: &Api) -> HtmlElement;
    /// Tells the page's own handlers.
    #[wasm_bindgen(method)]
    pub(crate) fn emit(this: &Api, name: &str, detail: &JsValue);
    /// Shows the frame.
    #[wasm_bindgen(method)]
    pub(crate) fn open(this: &Api);
    /// Hides the frame and gives the focus back to the launcher.
    #[wasm_bindgen(method)]
    pub(crate) fn close(this: &Api);
    /// The number on the launcher, and its label.
    #[wasm_bindgen(method)]
    pub(crate) fn unread(this: &Api, count: u32, label: &str);
    /// Lets the tab remember whether the panel is open.
    #[wasm_bindgen(method)]
    pub(crate) fn keep(this: &Api);
    /// Milliseconds the page has been visible so far.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn seen(this: &Api) -> f64;
    /// Whether something was put in the cart on this page.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn cart(this: &Api) -> bool;
    /// Who the shop has signed the shopper to be, if it has.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn identity(this: &Api) -> Option<String>;
    /// Whether the frame is shown already.
    #[wasm_bindgen(method, getter)]
    fn shown(this: &Api) -> bool;
}

/// Starts the widget in the loader's shadow root. Returns the function through which the loader passes commands on:
/// `(name, value)`.
#[wasm_bindgen]
pub fn start(root: ShadowRoot, config: JsValue, api: Api) -> Result<JsValue, JsValue> {
    let config = Config::read(&Node::of(&config)).ok_or("the config has another form")?;
    adopt(&root)?;
    let saved = persist::load(config.site.as_str());
    let owner = Owner::new();
    let app = owner.with(|| App::new(config, api.clone(), saved));

    let frame = api.frame();
    let bubble: HtmlElement = leptos::prelude::document().create_element("div")?.unchecked_into();
    root.insert_before(&bubble, Some(&frame))?;
    let panel = mount_to_renderer(&frame.clone(), move || panel::panel(app, &frame));
    let teaser = mount_to_renderer(&bubble, move || teaser::teaser(app));
    let watching = watch::watch(app);
    app.name_dialog();
    app.resume();
    if app.begun.peek() {
        app.draft.set(persist::draft(app.config().site.as_str()));
    }
    if api.shown() {
        app.handle_open();
    }
    proactive::begin(app);

    let mut mounted = Some((panel, teaser, watching, owner));
    let command =
        Closure::<dyn FnMut(String, JsValue)>::new(move |name: String, value: JsValue| match name.as_str() {
            "open" => app.handle_open(),
            "close" => app.handle_close(),
            "cart" => proactive::handle_cart(app),
            "page" => app.handle_page(),
            "identify" => app.identify(),
            "locale" => {
                if let Some(lang) = value.as_string().and_then(|tag| Lang::parse(&tag)) {
                    app.choose_language(lang);
                }
            }
            "shutdown" => {
                app.sleep();
                bubble.remove();
                mounted.take();
            }
            _ => {}
        });
    Ok(command.into_js_value())
}

/// A constructable style sheet is allowed by any `style-src`, where a `<style>` element is not.
fn adopt(root: &ShadowRoot) -> Result<(), JsValue> {
    let sheet = CssStyleSheet::new()?;
    let sheets = js_sys::Reflect::get(root, &"adoptedStyleSheets".into())?;
    let replace: js_sys::Function = js_sys::Reflect::get(&sheet, &"replaceSync".into())?.dyn_into()?;
    replace.call1(&sheet, &CSS.into())?;
    let all = js_sys::Array::from(&sheets);
    all.push(&sheet);
    js_sys::Reflect::set(root, &"adoptedStyleSheets".into(), &all)?;
    Ok(())
}
