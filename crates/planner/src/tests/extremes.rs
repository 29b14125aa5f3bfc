//! Quantities at the end of their range: an answer, never an overflow.

use model::Outcome;
use proptest::prelude::*;
use units::{
    Bandwidth, Bytes, Carbon, CarbonIntensity, Cores, DataPrice, Delay, EnergyPrice, HourPrice,
    Money, Power, Span, Throughput, When, Work,
};

use super::language::{NOW, job, key, patient, planner};
use crate::{Order, Planner, Policy};

const WORLD: &str = "
    node city
    flavor f 1 1GiB 1kW fp32=1TFLOP/s
    site a price=0.1CNY/kWh carbon=100gCO2/kWh power=1MW
    site b price=0.2CNY/kWh carbon=50gCO2/kWh
    pool pa a f 10000000 1CNY/h
    pool pb b f 100 1CNY/h
    link ab a b 1ms 1Gbit/s 0.01CNY/GB
    link ac a city 1ms 1Gbit/s 0.01CNY/GB
    dataset d 1GB b price=0.01CNY/GB
";

fn size() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..10_000_000_000_u64, 1 => Just(0), 1 => Just(1), 1 => 0..u64::MAX, 1 => Just(u64::MAX)]
}

fn signed() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -1_000_000_000..1_000_000_000_i64, 1 => Just(0), 1 => Just(i64::MIN), 1 => Just(i64::MAX), 1 => any::<i64>()]
}

fn price() -> impl Strategy<Value = i64> {
    signed().prop_map(|it| it.checked_abs().unwrap_or(i64::MAX))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_quantity_gets_an_answer(
        (power, memory, throughput) in (size(), size(), size()),
        (electricity, intensity, cap) in (signed(), size(), prop::option::of(size())),
        (pool_price, link_price, data_price) in (price(), price(), price()),
        (capacity, delay, jitter, data) in (size(), size(), size(), size()),
        (cores, bandwidth, latency, result, work) in (size(), size(), prop::option::of(size()), size(), size()),
        (run, budget, carbon_cap) in (prop::option::of(1..31_622_400_000_u64), prop::option::of(price()), prop::option::of(size())),
        (earliest, deadline, tasks) in (prop::option::of(size()), prop::option::of(size()), prop_oneof![1_u32..10, 1_u32..10_000]),
        keeps in any::<[bool; 3]>(),
        (waiting, carbon_price, weights) in (signed(), signed(), (0_u32..10_000, 0_u32..10_000, 0_u32..10_000)),
    ) {
        let (made, _) = planner(WORLD, patient());
        let mut world = made.world().clone();
        let flavor = world.flavors.values_mut().next().unwrap();
        (flavor.power, flavor.memory) = (Power::new(power), Bytes::new(memory.max(1)));
        flavor.throughput.values_mut().for_each(|it| *it = Throughput::new(throughput));
        for site in world.sites.values_mut() {
            site.tariff.seasons[0].price = EnergyPrice::new(electricity);
            site.carbon.intensity = CarbonIntensity::new(intensity);
            site.power = cap.map(|cap| model::SitePower { cap: Power::new(cap) });
        }
        world.pools.values_mut().for_each(|it| it.price = HourPrice::new(pool_price));
        for link in world.links.values_mut() {
            (link.price, link.capacity) = (DataPrice::new(link_price), Bandwidth::new(capacity));
            (link.delay, link.jitter) = (Delay::new(delay), Delay::new(jitter));
        }
        let dataset = world.datasets.values_mut().next().unwrap();
        (dataset.size, dataset.price) = (Bytes::new(data), DataPrice::new(data_price));
        let policy = Policy {
            waiting_price: HourPrice::new(waiting),
            carbon_price: units::CarbonPrice::new(carbon_price),
            ..Policy::default()
        };
        let mut planner = Planner::new(world, policy);
        ["a", "b"].iter().for_each(|site| planner.set_online(&site.parse().unwrap(), true));

        let (a, b, c) = weights;
        let mut spec = job(&format!("job j tasks={tasks} inputs=d user=city result=1GB:city fp32=1PFLOP objective={a},{b},{c}"));
        spec.resources.cores = Cores::new(cores % 100_000);
        spec.network.bandwidth = Some(Bandwidth::new(bandwidth.max(1)));
        spec.network.latency = latency.map(Delay::new);
        spec.result.as_mut().unwrap().size = Bytes::new(result);
        spec.work.values_mut().for_each(|it| *it = Work::new(work));
        spec.run_time = run.map(Span::new);
        spec.budget = budget.map(Money::new);
        spec.carbon_cap = carbon_cap.map(Carbon::new);
        spec.earliest = earliest.map(|it| When::After(Span::new(it)));
        spec.deadline = deadline.map(|it| When::After(Span::new(it)));
        spec.inputs.truncate(usize::from(keeps[0]));
        spec.result = spec.result.filter(|_| keeps[1]);
        spec.user = spec.user.filter(|_| keeps[2]);
        spec.network = if keeps[2] { spec.network } else { model::NetworkNeed::default() };
        let named = key("j");
        let order = Order::new(&named, &spec, NOW, NOW);
        if let Outcome::Placed(decision) = planner.decide(&order, NOW) {
            planner.hold(&key("j"), &decision).unwrap();
            let bill = planner.price_run(&spec, &decision, decision.start, decision.end, None);
            prop_assert_eq!(bill.total, decision.total);
        }
    }
}
