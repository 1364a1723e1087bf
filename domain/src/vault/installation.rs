//! The keys of the installation, unwrapped: for each purpose the newest for writing, and all for reading.

use super::{Key, MasterKey, Purpose, damaged, equal_in_constant_time};
use crate::{Error, Result, randomness::Randomness};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};
use zeroize::Zeroizing;

/// The format of ciphertexts and MACs that name their key.
const NUMBERED: u8 = 2;
const HEADER_BYTES: usize = 3;
const MAC_BYTES: usize = 32;

/// The number of a key within its purpose, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyNumber(i16);

impl KeyNumber {
    /// The first key. Whatever does not name its key was made with it.
    pub const FIRST: Self = Self(1);

    /// The key of this number; `None` below 1.
    #[must_use]
    pub const fn new(number: i16) -> Option<Self> {
        if number > 0 { Some(Self(number)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i16 {
        self.0
    }

    /// The number after this one.
    ///
    /// # Errors
    /// `internal` after 32767 keys.
    pub fn next(self) -> Result<Self> {
        self.0.checked_add(1).map(Self).ok_or_else(|| Error::internal("a purpose has as many keys as there are numbers"))
    }

    const fn header(self) -> [u8; HEADER_BYTES] {
        let [high, low] = self.0.to_be_bytes();
        [NUMBERED, high, low]
    }
}

impl fmt::Display for KeyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The keys of all purposes, by their numbers.
pub type Rings = BTreeMap<Purpose, BTreeMap<KeyNumber, Key>>;

/// Holds the keys of the installation, and the master key that unwraps further ones. Clones share the keys, so that all learn of a new one.
///
/// Invariant: each purpose has a key.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    master: Arc<dyn MasterKey>,
    rings: RwLock<Rings>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({}, …)", self.inner.master.name())
    }
}

impl Vault {
    /// A vault over unwrapped keys.
    ///
    /// # Errors
    /// `internal` when a purpose has no key.
    pub fn new(master: Arc<dyn MasterKey>, rings: Rings) -> Result<Self> {
        match Purpose::ALL.into_iter().find(|purpose| rings.get(purpose).is_none_or(BTreeMap::is_empty)) {
            Some(purpose) => Err(Error::internal(format!("the installation has no key for {}", purpose.as_str()))),
            None => Ok(Self { inner: Arc::new(Inner { master, rings: RwLock::new(rings) }) }),
        }
    }

    /// The master key.
    #[must_use]
    pub fn master(&self) -> &Arc<dyn MasterKey> {
        &self.inner.master
    }

    /// Adds a key that was made since.
    pub fn learn(&self, purpose: Purpose, number: KeyNumber, key: Key) {
        let mut rings = self.inner.rings.write().unwrap_or_else(PoisonError::into_inner);
        rings.entry(purpose).or_default().insert(number, key);
    }

    /// The numbers of a purpose's keys, ascending.
    #[must_use]
    pub fn numbers(&self, purpose: Purpose) -> Vec<KeyNumber> {
        self.rings().get(&purpose).map(|ring| ring.keys().copied().collect()).unwrap_or_default()
    }

    /// The newest key of a purpose, for another algorithm.
    #[must_use]
    pub fn key(&self, purpose: Purpose) -> Key {
        self.newest(purpose).1
    }

    /// HMAC-SHA256 over the parts under the newest key of a purpose, for what cannot carry a number: ids and tokens.
    #[must_use]
    pub fn digest(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        self.newest(purpose).1.hmac(parts)
    }

    /// The digests under all keys of a purpose, the newest first.
    #[must_use]
    pub fn digests(&self, purpose: Purpose, parts: &[&[u8]]) -> Vec<[u8; 32]> {
        self.rings().get(&purpose).map(|ring| ring.values().rev().map(|key| key.hmac(parts)).collect()).unwrap_or_default()
    }

    /// A MAC over the parts that names its key: the newest of the purpose.
    #[must_use]
    pub fn mac(&self, purpose: Purpose, parts: &[&[u8]]) -> Vec<u8> {
        let (number, key) = self.newest(purpose);
        [&number.header()[..], &key.hmac(parts)[..]].concat()
    }

    /// The MACs over the parts under all keys of a purpose, in every form in which one may be stored: for looking something up by its MAC.
    #[must_use]
    pub fn macs(&self, purpose: Purpose, parts: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut macs = Vec::new();
        if let Some(ring) = self.rings().get(&purpose) {
            for (number, key) in ring {
                let bytes = key.hmac(parts);
                macs.push([&number.header()[..], &bytes[..]].concat());
                if *number == KeyNumber::FIRST {
                    macs.push(bytes.to_vec());
                }
            }
        }
        macs
    }

    /// Whether a stored MAC is one over these parts; not if this process [does not know](Vault::knows) its key.
    #[must_use]
    pub fn fits(&self, purpose: Purpose, parts: &[&[u8]], mac: &[u8]) -> bool {
        let (number, bytes) = match mac {
            bytes if bytes.len() == MAC_BYTES => (KeyNumber::FIRST, bytes),
            numbered => match split(numbered) {
                Some((number, bytes)) => (number, bytes),
                None => return false,
            },
        };
        self.numbered(purpose, number).is_some_and(|key| equal_in_constant_time(&key.hmac(parts), bytes))
    }

    /// Encrypts under the newest key of a purpose.
    pub fn encrypt(&self, purpose: Purpose, source: &dyn Randomness, bound_to: &[u8], plain: &[u8]) -> Vec<u8> {
        let (number, key) = self.newest(purpose);
        key.encrypt_after(&number.header(), source, bound_to, plain)
    }

    /// Decrypts what [`Vault::encrypt`] made with the same `bound_to`, or format 1 with the first key.
    ///
    /// # Errors
    /// `internal` when it was changed, moved, or made with a key that this process does not have.
    pub fn decrypt(&self, purpose: Purpose, bound_to: &[u8], cipher: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        match split(cipher) {
            Some((number, rest)) => self.numbered(purpose, number).ok_or_else(unknown)?.decrypt_rest(bound_to, rest),
            None => self.numbered(purpose, KeyNumber::FIRST).ok_or_else(unknown)?.decrypt(bound_to, cipher),
        }
    }

    /// Encrypts under a key that is derived for one owner from the newest key of a purpose.
    pub fn encrypt_for(
        &self,
        (purpose, owner): (Purpose, &[u8]),
        source: &dyn Randomness,
        bound_to: &[u8],
        plain: &[u8],
    ) -> Vec<u8> {
        let (number, key) = self.newest(purpose);
        Key::new(key.hmac(&[owner])).encrypt_after(&number.header(), source, bound_to, plain)
    }

    /// Decrypts what [`Vault::encrypt_for`] made for the same owner, or format 1 with a key derived from the first one.
    ///
    /// # Errors
    /// Those of [`Vault::decrypt`].
    pub fn decrypt_for(&self, (purpose, owner): (Purpose, &[u8]), bound_to: &[u8], cipher: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let derived = |number| Ok::<_, Error>(Key::new(self.numbered(purpose, number).ok_or_else(unknown)?.hmac(&[owner])));
        match split(cipher) {
            Some((number, rest)) => derived(number)?.decrypt_rest(bound_to, rest),
            None => derived(KeyNumber::FIRST)?.decrypt(bound_to, cipher),
        }
    }

    /// Whether this process has the key that a stored ciphertext or MAC of this purpose names. Another process may have made a newer one.
    #[must_use]
    pub fn knows(&self, purpose: Purpose, stored: &[u8]) -> bool {
        split(stored).is_none_or(|(number, _)| self.numbered(purpose, number).is_some())
    }

    /// Whether a stored ciphertext or MAC was made with the newest key of its purpose.
    #[must_use]
    pub fn is_newest(&self, purpose: Purpose, stored: &[u8]) -> bool {
        number_of(stored) == self.newest(purpose).0
    }

    fn newest(&self, purpose: Purpose) -> (KeyNumber, Key) {
        let rings = self.rings();
        let newest = rings.get(&purpose).and_then(BTreeMap::last_key_value);
        newest.map(|(number, key)| (*number, key.clone())).expect("a vault has a key for each purpose")
    }

    fn numbered(&self, purpose: Purpose, number: KeyNumber) -> Option<Key> {
        self.rings().get(&purpose).and_then(|ring| ring.get(&number)).cloned()
    }

    fn rings(&self) -> RwLockReadGuard<'_, Rings> {
        self.inner.rings.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number of the key that made a stored ciphertext or MAC.
fn number_of(stored: &[u8]) -> KeyNumber {
    split(stored).map_or(KeyNumber::FIRST, |(number, _)| number)
}

/// The number and what follows it; `None` for what does not name its key. A MAC of 32 bytes names none, whatever its first byte is.
fn split(stored: &[u8]) -> Option<(KeyNumber, &[u8])> {
    if stored.len() == MAC_BYTES {
        return None;
    }
    let (&[NUMBERED, high, low], rest) = stored.split_first_chunk::<HEADER_BYTES>()? else { return None };
    Some((KeyNumber::new(i16::from_be_bytes([high, low]))?, rest))
}

fn unknown() -> Error {
    damaged().because("this process does not have the key that the ciphertext names")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{randomness::SystemRandomness, vault::LocalMaster};

    fn vault() -> Vault {
        let master = LocalMaster::new(Key::new([7; 32]));
        let ring = |purpose| BTreeMap::from([(KeyNumber::FIRST, master.derived(purpose).unwrap())]);
        let rings = Purpose::ALL.into_iter().map(|purpose| (purpose, ring(purpose))).collect();
        Vault::new(Arc::new(master.clone()), rings).unwrap()
    }

    fn second(vault: &Vault, purpose: Purpose) {
        vault.learn(purpose, KeyNumber::new(2).unwrap(), Key::random(&SystemRandomness));
    }

    #[test]
    fn what_does_not_name_its_key_was_made_with_the_first() {
        let vault = vault();
        let first = vault.key(Purpose::Wrap);
        let alone = first.encrypt(&SystemRandomness, b"here", b"a key");
        let bare = vault.key(Purpose::Audit).hmac(&[b"row"]);
        let owned = Key::new(vault.key(Purpose::Drafts).hmac(&[b"user"])).encrypt(&SystemRandomness, b"here", b"typed");
        for purpose in [Purpose::Wrap, Purpose::Audit, Purpose::Drafts] {
            second(&vault, purpose);
        }
        assert_eq!(vault.decrypt(Purpose::Wrap, b"here", &alone).unwrap().as_slice(), b"a key");
        assert!(vault.fits(Purpose::Audit, &[b"row"], &bare) && !vault.fits(Purpose::Audit, &[b"other"], &bare));
        assert_eq!(vault.decrypt_for((Purpose::Drafts, b"user"), b"here", &owned).unwrap().as_slice(), b"typed");
        assert!(!vault.is_newest(Purpose::Wrap, &alone));
    }

    #[test]
    fn a_new_key_writes_and_the_old_one_still_reads() {
        let vault = vault();
        let old = (vault.encrypt(Purpose::Wrap, &SystemRandomness, b"here", b"old"), vault.mac(Purpose::Audit, &[b"row"]));
        second(&vault, Purpose::Wrap);
        second(&vault, Purpose::Audit);
        let new = vault.encrypt(Purpose::Wrap, &SystemRandomness, b"here", b"new");
        assert_eq!((&new[..3], &old.0[..3]), (&[2, 0, 2][..], &[2, 0, 1][..]));
        assert_eq!(vault.decrypt(Purpose::Wrap, b"here", &old.0).unwrap().as_slice(), b"old");
        assert_eq!(vault.decrypt(Purpose::Wrap, b"here", &new).unwrap().as_slice(), b"new");
        assert!(vault.decrypt(Purpose::Wrap, b"there", &new).is_err());
        assert!(vault.is_newest(Purpose::Wrap, &new) && !vault.is_newest(Purpose::Wrap, &old.0));
        assert!(vault.fits(Purpose::Audit, &[b"row"], &old.1));
        assert_ne!(vault.mac(Purpose::Audit, &[b"row"]), old.1);
        assert_eq!(vault.digests(Purpose::Audit, &[b"row"]).len(), 2);
        // The number is part of what is checked: under another number it is another key.
        let mut renumbered = new.clone();
        renumbered[2] = 1;
        assert!(vault.decrypt(Purpose::Wrap, b"here", &renumbered).is_err());
    }

    #[test]
    fn a_key_of_another_process_is_recognised_as_unknown() {
        let (here, there) = (vault(), vault());
        second(&there, Purpose::Wrap);
        let made_there = there.encrypt(Purpose::Wrap, &SystemRandomness, b"here", b"a key");
        assert!(!here.knows(Purpose::Wrap, &made_there) && here.decrypt(Purpose::Wrap, b"here", &made_there).is_err());
        assert!(!here.fits(Purpose::Idempotency, &[b"a"], b"2short"));
        here.learn(Purpose::Wrap, KeyNumber::new(2).unwrap(), there.key(Purpose::Wrap));
        assert_eq!(here.decrypt(Purpose::Wrap, b"here", &made_there).unwrap().as_slice(), b"a key");
        // A MAC of format 1 may begin with any byte.
        let mut bare = [0; 32];
        bare[..3].copy_from_slice(&[2, 0, 9]);
        assert!(here.knows(Purpose::Audit, &bare));
    }

    #[test]
    fn purposes_have_different_keys_and_each_needs_one() {
        let vault = vault();
        assert_ne!(vault.mac(Purpose::Audit, &[b"a"]), vault.mac(Purpose::Links, &[b"a"]));
        assert!(Vault::new(vault.master().clone(), Rings::new()).is_err());
        assert!(format!("{vault:?}").starts_with("Vault(local key "));
    }
}
