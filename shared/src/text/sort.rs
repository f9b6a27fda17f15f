//! Sorting, in few bytes: the standard library's sorts take some four kilobytes of the Worker for each type.

/// Up to so many are put in order one by one.
const FEW: usize = 48;

/// Puts numbers in ascending order.
#[inline(never)]
pub(crate) fn sort(all: &mut [u64]) {
    sort_by(all, |one| *one);
}

/// Puts things in ascending order of a number; those of the same number stay in the order they are in.
#[inline(always)]
pub(crate) fn sort_by<T: Copy>(all: &mut [T], key: impl Fn(&T) -> u64) {
    if all.len() <= FEW {
        insert(all, key);
    } else {
        radix(all, key);
    }
}

#[inline(always)]
fn insert<T: Copy>(all: &mut [T], key: impl Fn(&T) -> u64) {
    for end in 1..all.len() {
        let Some((one, before)) = all.get_mut(..=end).and_then(<[T]>::split_last_mut) else { return };
        let (own, moved) = (key(one), *one);
        let mut hole = one;
        for other in before.iter_mut().rev() {
            if key(other) <= own {
                break;
            }
            *hole = *other;
            hole = other;
        }
        *hole = moved;
    }
}

/// By one byte of the number after the other, the lowest first.
#[inline(always)]
fn radix<T: Copy>(all: &mut [T], key: impl Fn(&T) -> u64) {
    let byte = |one: &T, at: usize| (key(one) >> (8 * at)) as usize & 0xff;
    let mut counts = [[0u32; 256]; 8];
    for one in all.iter() {
        for (at, counts) in counts.iter_mut().enumerate() {
            counts[byte(one, at)] += 1;
        }
    }
    let mut other = all.to_vec();
    let mut turned = false;
    for (at, counts) in counts.iter_mut().enumerate() {
        // A byte that all have in common changes nothing.
        if counts.iter().any(|count| *count as usize == all.len()) {
            continue;
        }
        let mut next = 0;
        for count in counts.iter_mut() {
            next += std::mem::replace(count, next);
        }
        let (from, to) = if turned { (&*other, &mut *all) } else { (&*all, &mut *other) };
        for one in from {
            let place = &mut counts[byte(one, at)];
            if let Some(to) = to.get_mut(*place as usize) {
                *to = *one;
            }
            *place += 1;
        }
        turned = !turned;
    }
    if turned {
        all.copy_from_slice(&other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_standard_library_sorts() {
        let mut state = 1u64;
        let mut next = |bits: u32| {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            (state ^ state >> 29) >> (64 - bits)
        };
        for len in (0..3 * FEW).chain([1_000, 20_000]) {
            for bits in [2, 9, 40, 63] {
                let numbers: Vec<u64> = (0..len).map(|_| next(bits)).collect();
                let (mut ours, mut theirs) = (numbers.clone(), numbers.clone());
                sort(&mut ours);
                theirs.sort_unstable();
                assert_eq!(ours, theirs);
                // Those that are alike stay in order.
                let mut ours: Vec<(u64, usize)> = numbers.into_iter().zip(0..).collect();
                let mut theirs = ours.clone();
                sort_by(&mut ours, |(number, _)| *number);
                theirs.sort_by_key(|(number, _)| *number);
                assert_eq!(ours, theirs);
            }
        }
    }
}
