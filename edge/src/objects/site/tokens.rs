//! API tokens: an agent's account, opened by a machine elsewhere.

use shared::ids::TokenId;
use shared::limits;
use shared::protocol::connections::{CreatedToken, TokenRow};
use shared::protocol::{AgentCard, ErrorCode};
use shared::security::base64url;
use shared::security::secrets::Secrets;

use super::{Row, Site, me, secret_hash, unauthenticated};
use crate::clock;
use crate::error::Result;
use crate::objects::calls::{GetTokenUser, PutIdentitySecret, PutToken, RevokeToken, SignedIn};
use crate::storage::{accounts, single, tokens};

impl Site {
    /// The secret names its site, so that it is found, and is kept as a hash only.
    pub(super) fn put_token(&self, call: &PutToken) -> Result<CreatedToken> {
        let row = self.row()?;
        let label = call.create.label.trim();
        if !(1..=limits::SHORT_CHARS).contains(&label.chars().count()) {
            return Err(ErrorCode::BadValue.into());
        }
        let known = accounts::cards(&self.sql)?.into_iter().any(|card| card.id == call.create.agent);
        if !known {
            return Err(ErrorCode::NotFound.into());
        }
        if tokens::count(&self.sql)? >= limits::API_TOKENS {
            return Err(ErrorCode::Full.into());
        }
        let token = TokenId::from_random(clock::random_bits());
        let secret = format!("edk_{}.{}", row.site, base64url(&clock::random::<32>()));
        let hash = secret_hash(&secret);
        tokens::create(&self.sql, &token, &hash, &call.create.agent, label, clock::now())?;
        Ok(CreatedToken { token, secret })
    }

    pub(super) fn revoke_token(&self, call: &RevokeToken) -> Result<()> {
        self.row()?;
        if tokens::revoke(&self.sql, &call.id)? { Ok(()) } else { Err(ErrorCode::NotFound.into()) }
    }

    pub(super) fn tokens(&self) -> Result<(Vec<TokenRow>, Vec<AgentCard>, bool)> {
        let signs = !self.row()?.identity_secret.is_empty();
        Ok((tokens::list(&self.sql)?, accounts::cards(&self.sql)?, signs))
    }

    /// A new secret for signed identities, or none any more. The former one stays good for a while unless it is not to.
    pub(super) fn put_identity_secret(&self, call: &PutIdentitySecret) -> Result<Option<String>> {
        let row = self.row()?;
        let made = call.on.then(|| format!("eds_{}", base64url(&clock::random::<32>())));
        let new = row.identity().replaced(made.clone().unwrap_or_default(), clock::now(), call.at_once);
        let Secrets { secret, number, former } = new;
        let row = Row { identity_secret: secret, identity_number: number, identity_former: former, ..row };
        single::save(&self.sql, &Row { version: row.version + 1, ..row })?;
        Ok(made)
    }

    pub(super) fn token_user(&self, call: &GetTokenUser) -> Result<SignedIn> {
        let row = self.row().map_err(unauthenticated)?;
        let account = tokens::account(&self.sql, &secret_hash(&call.secret), clock::now())?;
        let account = account.ok_or(ErrorCode::Unauthenticated)?;
        Ok(SignedIn { me: me(&row, &account), profile: account.profile })
    }
}
