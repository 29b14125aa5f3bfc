// Short names for what the generated schema calls components["schemas"][...].
import type { components } from './schema';

type Schemas = components['schemas'];
export type Alternative = Schemas['Alternative'];
export type Bill = Schemas['Bill'];
export type BillGroup = Schemas['BillGroup'];
export type Candidate = Schemas['Candidate'];
export type Charge = Schemas['Charge'];
export type Decision = Schemas['Decision'];
export type Event = Schemas['Event'];
export type Invoice = Schemas['Invoice'];
export type JobManifest = Schemas['JobManifest'];
export type JobState = Schemas['JobState'];
export type JobSummary = Schemas['JobSummary'];
export type JobView = Schemas['JobView'];
export type Kind = Schemas['Kind'];
export type LineKind = Schemas['LineKind'];
export type LineReading = Schemas['LineReading'];
export type LogChunk = Schemas['LogChunk'];
export type NewToken = Schemas['NewToken'];
export type NewTokenAnswer = Schemas['NewTokenAnswer'];
export type Offers = Schemas['Offers'];
export type PathChoice = Schemas['PathChoice'];
export type PlanAnswer = Schemas['PlanAnswer'];
export type Clearing = Schemas['ClearingView'];
export type Denial = Schemas['Denial'];
export type PolicyFile = Schemas['PolicyFile'];
export type PriceLine = Schemas['PriceLine'];
export type Problem = Schemas['Problem'];
export type Reach = Schemas['Reach'];
export type RoundTrips = Schemas['RoundTrips'];
export type SiteEnergy = Schemas['SiteEnergy'];
export type Dispatch = Schemas['DispatchView'];
export type DemandCall = Schemas['DemandView'];
export type Certificate = Schemas['Certificate'];
export type Edges = Schemas['Edges'];
export type Flow = Schemas['Flow'];
export type Flows = Schemas['Flows'];
export type Resilience = Schemas['Resilience'];
export type ServiceView = Schemas['ServiceView'];
export type Ways = Schemas['Ways'];
export type EnergyReport = Schemas['EnergyReport'];
export type Role = Schemas['Role'];
export type Rule = Schemas['Rule'];
export type SiteTop = Schemas['SiteTop'];
export type Tariff = Schemas['Tariff'];
export type TokenView = Schemas['TokenView'];
export type Top = Schemas['Top'];
export type Whoami = Schemas['Whoami'];

/** A resource whose kind is known; the schema leaves `spec` open. */
export type Resource<Spec> = Omit<Schemas['ResourceView'], 'spec'> & { spec: Spec };
export type Site = Resource<Schemas['SiteSpec']>;
export type Node = Resource<Schemas['NodeSpec']>;
export type Pool = Resource<Schemas['PoolSpec']>;
export type Flavor = Resource<Schemas['FlavorSpec']>;
export type Link = Resource<Schemas['LinkSpec']>;
export type Project = Resource<Schemas['ProjectSpec']>;
export type Dataset = Resource<Schemas['DatasetSpec']>;

export const JOB_STATES = [
  'submitted', 'planned', 'bidding', 'quoted', 'held', 'staging', 'dispatched', 'running',
  'succeeded', 'failed', 'cancelled', 'expired', 'unplaceable',
] as const satisfies readonly JobState[];
export const FINAL_STATES: readonly JobState[] = [
  'succeeded', 'failed', 'cancelled', 'expired', 'unplaceable',
];
export const LINE_KINDS = [
  'compute', 'electricity', 'carbon', 'link', 'transfer', 'data', 'waiting',
] as const satisfies readonly LineKind[];
