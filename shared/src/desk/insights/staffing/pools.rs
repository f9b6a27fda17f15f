//! Who was there, by what they serve. The hours count an agent's time in each group they serve; how many of those who serve
//! several groups were there is what fits these counts best, starting from everybody.

use super::{HOURS, Pool};

/// How often the counts are fitted.
const ROUNDS: usize = 30;

/// The pools of a day: `teams` are those who serve exactly some groups and the conversations they have room for all together,
/// `slots` what was counted of each group, on average, by hour. Groups that no team serves have a pool of their own.
#[must_use]
pub fn pools(teams: &[(Vec<usize>, u32)], slots: &[[f64; HOURS]]) -> Vec<Pool> {
    let known = |(groups, room): &&(Vec<usize>, u32)| {
        *room > 0 && !groups.is_empty() && groups.iter().all(|group| *group < slots.len())
    };
    let mut sets: Vec<(Vec<usize>, f64)> =
        teams.iter().filter(known).map(|(groups, room)| (groups.clone(), f64::from(*room))).collect();
    for group in 0..slots.len() {
        if !sets.iter().any(|(groups, _)| groups.contains(&group)) {
            sets.push((vec![group], 1.0));
        }
    }
    let mut pools: Vec<Pool> =
        sets.iter().map(|(groups, _)| Pool { groups: groups.clone(), slots: [0; HOURS] }).collect();
    for hour in 0..HOURS {
        let counted: Vec<f64> = slots.iter().map(|slots| sound(slots[hour])).collect();
        for (pool, there) in pools.iter_mut().zip(fit(&sets, &counted)) {
            // Somebody who is there for a part of an hour is there.
            pool.slots[hour] = if there > 0.05 { there.round().max(1.0) as u32 } else { 0 };
        }
    }
    pools
}

/// How many of each set are there, so that those of every group come to what was counted, as nearly as that goes.
fn fit(sets: &[(Vec<usize>, f64)], counted: &[f64]) -> Vec<f64> {
    let mut there: Vec<f64> = sets.iter().map(|(_, room)| *room).collect();
    for _ in 0..ROUNDS {
        for (group, counted) in counted.iter().enumerate() {
            let serve = |(groups, _): &(Vec<usize>, f64)| groups.contains(&group);
            let sum: f64 =
                sets.iter().zip(&there).filter(|(set, _)| serve(set)).map(|(_, there)| there).sum();
            let part = if sum > 0.0 { counted / sum } else { 0.0 };
            for (set, there) in sets.iter().zip(&mut there) {
                if serve(set) {
                    *there *= part;
                }
            }
        }
    }
    there
}

fn sound(slots: f64) -> f64 {
    if slots > 0.0 { slots.min(600.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_noon(teams: &[(Vec<usize>, u32)], counted: &[f64]) -> Vec<u32> {
        let slots: Vec<[f64; HOURS]> = counted.iter().map(|slots| [*slots; HOURS]).collect();
        pools(teams, &slots).iter().map(|pool| pool.slots[12]).collect()
    }

    #[test]
    fn who_serves_two_groups_is_counted_once() {
        let teams = [(vec![0], 4), (vec![0, 1], 2), (vec![1], 2)];
        assert_eq!(at_noon(&teams, &[6.0, 4.0]), [4, 2, 2], "everybody");
        assert_eq!(at_noon(&teams, &[3.0, 2.0]), [2, 1, 1], "half of them");
        assert_eq!(at_noon(&teams, &[4.0, 0.0]), [4, 0, 0], "nobody who serves the second");
        assert_eq!(at_noon(&teams, &[0.0, 0.0]), [0, 0, 0]);
    }

    #[test]
    fn without_teams_every_group_is_served_by_its_own() {
        assert_eq!(at_noon(&[], &[3.0, 0.04]), [3, 0]);
        assert_eq!(at_noon(&[(vec![7], 3), (vec![], 3)], &[f64::NAN, 2.0]), [0, 2]);
        assert_eq!(at_noon(&[], &[]), Vec::<u32>::new());
    }
}
