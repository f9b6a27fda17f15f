//! Console sessions.

use serde_json::json;
use tests::http::send;
use tests::site::{PASSWORD, cookie};
use tests::{Site, Socket};

fn me(site: &Site, cookie: &str) -> u16 {
    send("GET", &format!("{}/v1/console/me", site.url()), &[("cookie", cookie)], b"").status
}

#[test]
fn a_session_is_an_http_only_same_site_cookie_that_sign_out_ends() {
    let site = Site::create();
    let cookie_header = site.agent("mei", "agent", 3);
    let reply = site.sign_in("MEI@shop.example ", PASSWORD);
    let set = reply.header("set-cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict") && set.contains("Path=/"), "{set}");
    assert_eq!(me(&site, &cookie_header), 200);
    let url = format!("{}/v1/console/sign-out", site.url());
    let foreign = send("POST", &url, &[("cookie", &cookie_header), ("origin", "https://evil.example")], b"");
    assert_eq!((foreign.status, foreign.error()), (403, "wrong_origin".into()));
    assert_eq!(send("POST", &url, &[("cookie", &cookie_header)], b"").status, 403, "no origin");
    let out = send("POST", &url, &[("cookie", &cookie_header), ("origin", site.url())], b"");
    assert_eq!(out.status, 204);
    assert_eq!(me(&site, &cookie_header), 401);
    assert_eq!(me(&site, &cookie(&reply)), 200, "another window's session goes on");
}

#[test]
fn forged_sessions_open_nothing() {
    let site = Site::create();
    for cookie in ["", "edgedesk_session=", "edgedesk_session=x", "edgedesk_session=nobody.abc", "other=1"] {
        assert_eq!(me(&site, cookie), 401, "{cookie:?}");
    }
    let guessed = format!("edgedesk_session={}.AAAA", site.key);
    assert_eq!(me(&site, &guessed), 401);
}

#[test]
fn wrong_passwords_look_like_unknown_accounts_and_lock_after_five() {
    let site = Site::create();
    let _ = site.agent("mei", "agent", 3);
    for email in ["mei@shop.example", "nobody@shop.example"] {
        for _ in 0..5 {
            let reply = site.sign_in(email, "wrong password");
            assert_eq!((reply.status, reply.error()), (401, "bad_credentials".into()), "{email}");
        }
        let reply = site.sign_in(email, PASSWORD);
        assert_eq!((reply.status, reply.error()), (429, "locked".into()), "{email}");
        assert!(reply.json()["retry_after"].as_u64().is_some_and(|ms| ms > 60_000));
    }
}

#[test]
fn sign_in_from_another_origins_page_is_refused() {
    let site = Site::create();
    let body = json!({ "site": site.key, "email": "a@b", "password": "x" }).to_string();
    let url = format!("{}/v1/console/sign-in", site.url());
    let reply = send("POST", &url, &[("origin", "https://evil.example")], body.as_bytes());
    assert_eq!((reply.status, reply.error()), (403, "wrong_origin".into()));
}

async fn open_desk(site: &Site, headers: &[(&str, &str)]) -> Result<(), u16> {
    Socket::open(site.url(), "/v1/console/desk", headers).await.map(drop).map_err(|(status, _)| status)
}

#[tokio::test]
async fn the_desk_needs_a_session_and_its_own_origin() {
    let site = Site::create();
    let cookie = site.agent("mei", "agent", 3);
    let protocol = ("sec-websocket-protocol", "edgedesk.v1");
    let evil = ("origin", "https://evil.example");
    assert_eq!(open_desk(&site, &[protocol, evil, ("cookie", &cookie)]).await, Err(403));
    let own = ("origin", site.url());
    assert_eq!(open_desk(&site, &[protocol, own]).await, Err(401));
    assert_eq!(open_desk(&site, &[protocol, own, ("cookie", &cookie)]).await, Ok(()));
}

#[test]
fn recent_conversations_are_for_supervisors() {
    let site = Site::create();
    let (agent, supervisor) = (site.agent("mei", "agent", 3), site.agent("sora", "supervisor", 3));
    let url = format!("{}/v1/console/conversations", site.url());
    assert_eq!(send("GET", &url, &[("cookie", &agent)], b"").status, 403);
    let reply = send("GET", &url, &[("cookie", &supervisor)], b"");
    assert_eq!((reply.status, reply.json()), (200, json!([])));
}
