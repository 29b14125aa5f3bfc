// Generated from docs/openapi.json by `npm run api`; do not edit.

export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process is alive. */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures for Prometheus. */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description. */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** It leads, and its store answers. */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All accounts of the ledger, with what they have. */
        get: operations["list-accounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An account with what came and went, newest first. */
        get: operations["get-account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create or change all resources of the manifests, or none. */
        post: operations["apply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Bids that are open, and jobs that won and have not ended, by name. */
        get: operations["list-bids"];
        put?: never;
        /** Bid for a job: it runs if a clearing gives it a place for no more than the price. The name gets a suffix if it is taken. */
        post: operations["bid"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was charged. */
        get: operations["bill"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Certificates of green electricity, newest first. */
        get: operations["list-certificates"];
        put?: never;
        /** Issue, split, transfer, match or cancel certificates. */
        post: operations["order-certificates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/charges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every single charge, oldest first. */
        get: operations["list-charges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clearings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Clearings of the market, newest first: what was paid for pools in slots, and how near that is to the best. */
        get: operations["list-clearings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/denials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was denied lately, to whom, by which rule; newest first, since this server started. */
        get: operations["denials"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deposits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Book money that came in for an account, or went out. Once for each id. */
        post: operations["deposit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Charges that their two sides metered differently, newest first. */
        get: operations["list-disputes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/edges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All edges, with what they measured last. */
        get: operations["edges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/edges/{edge}/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A gateway becomes an edge. The token ends with it. */
        post: operations["join-edge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/edges/{edge}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An edge tells what it measured. */
        post: operations["edge-report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/edges/{edge}/target": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an edge should do, as soon as it is newer than what it has. */
        get: operations["edge-target"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/energy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What electricity costs and emits at a site, before now and after. */
        get: operations["site-energy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/energy/demand-response": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Requests to draw less that came in the last two days, and what was delivered. */
        get: operations["demand-responses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/energy/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Energy and carbon by job, project, site or time, hour by hour where asked for. */
        get: operations["energy-report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/energy/signals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is known of a site's electricity hour by hour: carbon, price, the grid's carbon-free share, the meter. */
        get: operations["signals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invoice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a project owes for a month. */
        get: operations["invoice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/job-counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many jobs there are in each state. */
        get: operations["count-jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs, newest first. */
        get: operations["list-jobs"];
        put?: never;
        /** Submit one job. */
        post: operations["submit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One job with its decision. The ETag is its version. */
        get: operations["get-job"];
        put?: never;
        post?: never;
        /** Forget a job that has ended. */
        delete: operations["delete-job"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a job. Honours If-Match. */
        post: operations["cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All that has happened to a job, oldest first. */
        get: operations["job-events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the tasks wrote. */
        get: operations["logs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/network/flows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What moves over the network now, as it is held: paths of jobs at their sites, data on its way. */
        get: operations["flows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/network/reach": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far every place is from one. */
        get: operations["reach"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/network/resilience": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How well the network withstands failures: every link and place fails once. */
        get: operations["resilience"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/network/round-trips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far sites are from each other. */
        get: operations["round-trips"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/network/ways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The ways between two places that are worth having, and which one a job takes that starts now. */
        get: operations["ways"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/offers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What every owner has to sell now, and at what price. */
        get: operations["offers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All jobs that wait or can still move, planned anew together, with a bound that is proved. Changes nothing. */
        get: operations["plan-all"];
        put?: never;
        /** What would happen to a job if it were submitted now. Changes nothing. */
        post: operations["plan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules in force, as they are written. */
        get: operations["policies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quotes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Quotes that are open, and orders that have not ended, by name. */
        get: operations["list-quotes"];
        put?: never;
        /** Hold everything that a job needs for a while, at a price. The name gets a suffix if it is taken. */
        post: operations["quote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quotes/{job}/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Buy what was quoted: it runs in what is held, or sooner where that costs no more. Again changes nothing. */
        post: operations["order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quotes/{job}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hold an open quote for longer; where its place cannot wait, planned anew. */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quotes/{job}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give an open quote back, or take an open bid back. Again changes nothing. */
        post: operations["withdraw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/readings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What both sides metered of a job, line by line, and what is charged. */
        get: operations["list-readings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/resolutions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give what a dispute holds to one of its sides, once. */
        post: operations["resolve-dispute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/resources/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Resources of one kind, by name. Jobs have a list of their own. */
        get: operations["list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/resources/{kind}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One resource. The ETag is its version. */
        get: operations["get"];
        put?: never;
        post?: never;
        /** Remove a resource that no other refers to. Honours If-Match. */
        delete: operations["delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reversals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undo a transaction by its opposite, once. */
        post: operations["reverse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All services, where their new flows are led and why. */
        get: operations["services"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/settlements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make one amount of what each organization has earned and owes. */
        post: operations["settle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{site}/demand-response": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A signed request to draw less for a while: flexible work gives way at once. */
        post: operations["demand-response"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{site}/dispatch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a site is supplied over the coming 48 hours at the least cost, by the jobs that are placed there. */
        get: operations["dispatch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{site}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An agent sends what its tasks wrote. */
        post: operations["upload-logs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{site}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An agent tells what its site has. */
        post: operations["report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{site}/signals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Points of a series of a site. What is known better already stays. */
        post: operations["upload-signals"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{site}/target": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a site should run, as soon as it is newer than what the agent has. */
        get: operations["target"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All tokens by name, without their secrets. */
        get: operations["list-tokens"];
        put?: never;
        /** Make a token. */
        post: operations["create-token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a token. */
        delete: operations["delete-token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/top": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How full everything is now, or was. */
        get: operations["top"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Usage events of a job, in the order in which they came. */
        get: operations["list-usage"];
        put?: never;
        /** Usage events of a site's or a project's meters, all or none; each is taken once. */
        post: operations["send-usage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/watch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events as they happen. Resumes after Last-Event-ID. */
        get: operations["watch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who the token speaks for. */
        get: operations["whoami"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Accelerator: {
            /**
             * Format: uint32
             * @description In one unit.
             */
            count: number;
            /** @description Of each. */
            memory?: components["schemas"]["Bytes"] | null;
            model: components["schemas"]["Name"];
            /** @description There is no such chip behind it: tasks run on the processor, and everything shown says so. */
            simulated?: boolean;
        };
        /** @description What one transaction did to one account. */
        AccountEntry: {
            /** @description Below zero: taken from it. */
            amount: components["schemas"]["Money"];
            at: components["schemas"]["Time"];
            /** @description Whose work. */
            job?: components["schemas"]["JobKey"] | null;
            note?: string;
            purpose: components["schemas"]["Purpose"];
            /** @description The transaction's id. */
            transaction: string;
        };
        /** @description project:NAME, organization:NAME, owner:NAME, voucher:NAME, settlement:NAME, disputed:NAME, platform or deposits. */
        AccountId: string;
        /** @description A prepaid account, or one with a credit limit. */
        AccountSpec: {
            /**
             * @description How far it may go below zero, zero or more; left out: not at all.
             * @default 0CNY
             */
            credit?: components["schemas"]["Money"];
        };
        /** @description An account with what came and went, newest first. */
        AccountStory: {
            account: components["schemas"]["AccountId"];
            /** @description What can be taken from it now; none where there is no bound. */
            available?: components["schemas"]["Money"] | null;
            balance: components["schemas"]["Money"];
            /** @description How far balance less holds may be below zero; none where there is no bound: what is owed is asked for later. */
            credit?: components["schemas"]["Money"] | null;
            entries: components["schemas"]["Page_of_AccountEntry"];
            /** @description What jobs that are not over may still take. */
            held: components["schemas"]["Money"];
        };
        /** @description An account as it is now. */
        AccountView: {
            account: components["schemas"]["AccountId"];
            /** @description What can be taken from it now; none where there is no bound. */
            available?: components["schemas"]["Money"] | null;
            balance: components["schemas"]["Money"];
            /** @description How far balance less holds may be below zero; none where there is no bound: what is owed is asked for later. */
            credit?: components["schemas"]["Money"] | null;
            /** @description What jobs that are not over may still take. */
            held: components["schemas"]["Money"];
        };
        /** @description Whether a site takes work. */
        Admission: "open" | "cordoned" | "drained";
        /** @description What an agent's site knows. Sent when something changed, and as a heartbeat. */
        AgentReport: {
            /** @description What the site is and has; sent with the first report of an instance and when it changed. */
            about?: components["schemas"]["SiteAbout"] | null;
            /**
             * @description The data kept at the site, where there is a place for it; sent with the first report of an instance and when
             *     it changed.
             */
            data?: components["schemas"]["DataReport"] | null;
            /** @description The engine behind the driver cannot be asked, and why: what runs there is not known, and not lost. */
            engine_away?: string | null;
            /**
             * Format: int64
             * @description The newest generation it has accepted.
             */
            generation: number;
            /** @description Drawn anew each time the agent starts. */
            instance: string;
            /** @description The site's clock when it was sent. Its times are shifted by the difference to the server's clock. */
            sent: components["schemas"]["Time"];
            tasks: components["schemas"]["TaskStatus"][];
            /**
             * @description Whether `tasks` is every task that it has not been told to forget. Else only those that changed since the
             *     last report of this instance that was answered.
             */
            whole: boolean;
        };
        AgentReportAnswer: {
            /**
             * @description The server does not know what earlier reports said: the next one has to be whole.
             * @default false
             */
            again?: boolean;
            /** @description Ended tasks whose end is durable here: the site may forget them. */
            forget: components["schemas"]["TaskId"][];
            /**
             * @description From the moment the report was sent, the site may keep its work this long without another answer; after
             *     that it stops it.
             */
            keep: components["schemas"]["Span"];
            /** @description The site counts as lost this long after its last report; the agent reports a few times within it. */
            lease: components["schemas"]["Span"];
        };
        /** @description The smallest change to an order that would make it possible. */
        Alternative: {
            delivered: components["schemas"]["Time"];
            /** @description The field of the order to change: "spec.deadline", "spec.budget", "spec.carbon_cap". */
            field: string;
            site: components["schemas"]["Name"];
            start: components["schemas"]["Time"];
            total: components["schemas"]["Money"];
            /** @description The value that would do. */
            value: string;
        };
        AppliedResource: {
            action: components["schemas"]["ApplyAction"];
            kind: components["schemas"]["Kind"];
            /** @description A job's is `project.name`. */
            name: string;
            /** Format: int64 */
            version: number;
        };
        /** @enum {string} */
        ApplyAction: "created" | "updated" | "unchanged";
        ApplyAnswer: {
            resources: components["schemas"]["AppliedResource"][];
        };
        /** @enum {string} */
        Arch: "x86_64" | "aarch64" | "loongarch64" | "riscv64";
        /** @description Tasks that do not need each other. */
        Array: {
            /**
             * Format: uint32
             * @description No more run at the same time. Left out: as many as the pool has room for.
             */
            at_once?: number | null;
        };
        /** @description One attempt of one job, as its site is told of it. Its tasks are alike but for their number. */
        Assignment: {
            /**
             * Format: uint32
             * @description 1 for the first run.
             */
            attempt: number;
            job: components["schemas"]["JobKey"];
            /** @description Which of the job's tasks. */
            tasks: components["schemas"]["Indexes"];
            work: components["schemas"]["Work2"];
        };
        /**
         * @description A bandwidth, as "10Gbit/s".
         * @example 10Gbit/s
         */
        Bandwidth: string;
        Battery: {
            /** @description What a kWh that is given wears off. */
            cycle_cost?: components["schemas"]["EnergyPrice"];
            /** @description Of what is taken in, the part that is stored; of what is stored, the part that is given: 50 to 100 %. */
            efficiency: components["schemas"]["Share"];
            /** @description What it can hold. */
            energy: components["schemas"]["Energy"];
            /** @description What it takes or gives at most. */
            power: components["schemas"]["Power"];
            /** @description Kept for when the grid fails. */
            reserve?: components["schemas"]["Energy"];
        };
        /** @description What somebody would pay for one job: sealed until the market is cleared. */
        Bid: {
            /** @description The most that is ever paid, for the whole job. */
            price: components["schemas"]["Money"];
            /** @description It wins no more from then on. */
            until: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description The number of the clearing that it won.
             */
            won?: number | null;
        };
        /** @description The invoice so far: every charge, grouped. */
        Bill: {
            /** @description What the project has or owes, or what the provider has earned, where the bill is that of one. */
            account?: components["schemas"]["AccountView"] | null;
            by: components["schemas"]["BillGroup"];
            /** @description The single charges, newest last, where asked for; at most 10,000. */
            charges?: components["schemas"]["Charge"][];
            rows: components["schemas"]["BillRow"][];
            total: components["schemas"]["Money"];
        };
        BillGroup: "job" | "project" | "provider" | "kind";
        BillRow: {
            /** @description By kind of line. */
            by_kind: {
                [key: string]: components["schemas"]["Money"];
            };
            /** Format: uint64 */
            charges: number;
            /** @description The job, project, provider or kind. */
            name: string;
            total: components["schemas"]["Money"];
        };
        /**
         * @description A data size, as "64GiB".
         * @example 64GiB
         */
        Bytes: string;
        /** @description One site, looked at for one job. */
        Candidate: {
            /** @description Its lines by kind, so that candidates compare line by line. */
            lines?: [
                components["schemas"]["LineKind"],
                components["schemas"]["Money"]
            ][];
            /** @description The best pool there. */
            pool?: components["schemas"]["Name"] | null;
            /** @description Why it cannot be, where it cannot. */
            refused?: components["schemas"]["Refusal"] | null;
            score?: components["schemas"]["Money"] | null;
            site: components["schemas"]["Name"];
            /** @description The best start there. */
            start?: components["schemas"]["Time"] | null;
            total?: components["schemas"]["Money"] | null;
        };
        /** @description What a driver and its engine can do. */
        Capabilities: {
            /** @default false */
            accelerators?: boolean;
            /**
             * @description Tasks run under the customer's own account at the site.
             * @default false
             */
            accounts?: boolean;
            /**
             * @description A whole array is one submission.
             * @default false
             */
            arrays?: boolean;
            /**
             * @description Tasks run in an OCI image of their own.
             * @default false
             */
            containers?: boolean;
            /**
             * @description Inputs, results and checkpoints are laid out for tasks.
             * @default false
             */
            data?: boolean;
            /**
             * @description Energy is measured, not estimated.
             * @default false
             */
            energy?: boolean;
            /**
             * @description Tasks stop by themselves when the site has been without contact for too long, also if its agent is gone.
             * @default false
             */
            fences?: boolean;
            /**
             * @description Tasks over several machines start together or not at all.
             * @default false
             */
            gangs?: boolean;
            /**
             * @description A task can be stopped for another and told in advance.
             * @default false
             */
            preemption?: boolean;
            /** @default false */
            suspend?: boolean;
        };
        /**
         * @description A mass of CO2, as "250gCO2".
         * @example 250gCO2
         */
        Carbon: string;
        /**
         * @description A carbon intensity, as "581gCO2/kWh".
         * @example 581gCO2/kWh
         */
        CarbonIntensity: string;
        /** @description Grams of CO2 equivalent behind a kWh of grid electricity. */
        CarbonSource: {
            /** @description 24 values, midnight first, in the site's own time; left out: `intensity` all day. */
            by_hour?: components["schemas"]["CarbonIntensity"][];
            intensity: components["schemas"]["CarbonIntensity"];
            source?: string | null;
        };
        /** @description So many Wh of green electricity, and what has become of them. */
        Certificate: {
            /**
             * Format: uint64
             * @description Taken out of use.
             */
            cancelled_wh: number;
            /**
             * Format: uint64
             * @description Matched to consumption.
             */
            claimed_wh: number;
            device: components["schemas"]["Name"];
            end: components["schemas"]["Time"];
            /** @description It cannot be matched to what is used from then on; none: for ever. */
            expires?: components["schemas"]["Time"] | null;
            /** Format: int64 */
            id: number;
            issuer: string;
            /** @description The organization that may use it. */
            owner: components["schemas"]["Name"];
            /**
             * Format: int64
             * @description What it was split from.
             */
            parent?: number | null;
            scheme: components["schemas"]["Scheme"];
            /**
             * Format: uint64
             * @description Gone into certificates that were split from it.
             */
            split_wh: number;
            /** @description Of the generation; of a green electricity certificate, the last that went into it. */
            start: components["schemas"]["Time"];
            technology: components["schemas"]["Technology"];
            /** Format: uint64 */
            wh: number;
            zone: components["schemas"]["Name"];
        };
        /** @description What an order did to certificates. */
        CertificateAnswer: {
            /** @description Those that it made or changed, as they are now. */
            certificates: components["schemas"]["Certificate"][];
            /** @description In order; none where there was nothing to match. */
            events: components["schemas"]["CertificateEvent"][];
        };
        /** @description One step of a certificate's life. Those of all certificates, in order, give all that is known of them. */
        CertificateEvent: {
            issued: {
                /** Format: uint64 */
                carried_wh: number;
                /** Format: int64 */
                certificate?: number | null;
                generation: components["schemas"]["Generation"];
                /** Format: uint64 */
                wh: number;
            };
        } | {
            split: {
                /** Format: int64 */
                child: number;
                /** Format: int64 */
                id: number;
                /** Format: uint64 */
                wh: number;
            };
        } | {
            transferred: {
                from: components["schemas"]["Name"];
                /** Format: int64 */
                id: number;
                to: components["schemas"]["Name"];
            };
        } | {
            claimed: {
                hour: components["schemas"]["Time"];
                /** Format: int64 */
                id: number;
                site: components["schemas"]["Name"];
                /** Format: uint64 */
                wh: number;
            };
        } | {
            cancelled: {
                /** Format: int64 */
                id: number;
                reason: string;
                /** Format: uint64 */
                wh: number;
            };
        };
        /** @description What can be done with certificates. */
        CertificateOrder: {
            issue: components["schemas"]["Generation"];
        } | {
            split: {
                /** Format: int64 */
                id: number;
                /** Format: uint64 */
                wh: number;
            };
        } | {
            transfer: {
                /** Format: int64 */
                id: number;
                to: components["schemas"]["Name"];
                /** Format: uint64 */
                wh?: number | null;
            };
        } | {
            match: {
                /** @description Full hours, at most 31 days. */
                from: components["schemas"]["Time"];
                /** @default false */
                gec?: boolean;
                owner: components["schemas"]["Name"];
                site: components["schemas"]["Name"];
                to: components["schemas"]["Time"];
            };
        } | {
            cancel: {
                /** Format: int64 */
                id: number;
                /** @description 1 to 200 characters. */
                reason: string;
                /** Format: uint64 */
                wh?: number | null;
            };
        };
        /** @description A line of an invoice: a price line of the decision, at what was really used. */
        Charge: {
            amount: components["schemas"]["Money"];
            /**
             * Format: uint32
             * @description Of the job: which run it is.
             */
            attempt?: number;
            /** @description The transaction of the ledger that booked it. */
            booked?: string | null;
            /**
             * Format: int64
             * @description It gives back what this dispute was about.
             */
            corrects?: number | null;
            end: components["schemas"]["Time"];
            job: components["schemas"]["JobKey"];
            kind: components["schemas"]["LineKind"];
            /**
             * Format: uint64
             * @description What is charged, in base units of its kind (see [`crate::Metered::quantity`]), as the provider metered it.
             */
            metered?: number | null;
            /** @description "1.5CNY/h"; a mean where the price changes over the run. */
            price: string;
            project: components["schemas"]["Name"];
            /** @description Who is paid; none for what is not billed. */
            provider?: components["schemas"]["Name"] | null;
            /** @description "16 unit x 2h", "3.2kWh", "120GB". */
            quantity: string;
            /** @description When the use began and ended. */
            start: components["schemas"]["Time"];
            /** @description The tax that the amount includes. */
            tax?: components["schemas"]["Share"];
            /** @description What is priced: the pool, the link, the site, the dataset. */
            what: components["schemas"]["Name"];
        };
        /** @description A charge as it is kept. */
        ChargeRecord: {
            amount: components["schemas"]["Money"];
            /**
             * Format: uint32
             * @description Of the job: which run it is.
             */
            attempt?: number;
            /** @description The transaction of the ledger that booked it. */
            booked?: string | null;
            /** @description When it was made: it is on the invoice of that month. */
            charged: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description It gives back what this dispute was about.
             */
            corrects?: number | null;
            end: components["schemas"]["Time"];
            job: components["schemas"]["JobKey"];
            kind: components["schemas"]["LineKind"];
            /**
             * Format: uint64
             * @description What is charged, in base units of its kind (see [`crate::Metered::quantity`]), as the provider metered it.
             */
            metered?: number | null;
            /**
             * Format: int64
             * @description One more than the charge before.
             */
            number: number;
            /** @description "1.5CNY/h"; a mean where the price changes over the run. */
            price: string;
            project: components["schemas"]["Name"];
            /** @description Who is paid; none for what is not billed. */
            provider?: components["schemas"]["Name"] | null;
            /** @description "16 unit x 2h", "3.2kWh", "120GB". */
            quantity: string;
            /** @description When the use began and ended. */
            start: components["schemas"]["Time"];
            /** @description The tax that the amount includes. */
            tax?: components["schemas"]["Share"];
            /** @description What is priced: the pool, the link, the site, the dataset. */
            what: components["schemas"]["Name"];
        };
        /**
         * @description How a program that can go on from where it was does so: it finds its last state in the folder
         *     `JINGWEI_CHECKPOINT`, writes there as it goes, and on signal TERM has the job's `grace` to write the last of it. A
         *     file must be whole under its name: write it under another and rename it.
         */
        Checkpoint: {
            /**
             * @description How often the site saves the folder while tasks run.
             * @default 1m
             */
            every?: components["schemas"]["Span"];
        };
        /** @description One alternative: a flavor, and what differs on it. */
        Choice: {
            /** Format: uint32 */
            accelerators?: number | null;
            cores?: components["schemas"]["Cores"] | null;
            flavor: components["schemas"]["Name"];
            memory?: components["schemas"]["Bytes"] | null;
            /** @description Estimated run time on this flavor. */
            run_time?: components["schemas"]["Span"] | null;
        };
        /** @description What a unit of a pool cost in slots that follow each other, whoever bought it. */
        ClearedPrice: {
            /**
             * Format: uint32
             * @description Units that were free before.
             */
            free: number;
            from: components["schemas"]["Time"];
            pool: components["schemas"]["Name"];
            /** @description What the owner posts: no unit is sold below. */
            posted: components["schemas"]["HourPrice"];
            /** @description What is paid. */
            price: components["schemas"]["HourPrice"];
            site: components["schemas"]["Name"];
            to: components["schemas"]["Time"];
            /**
             * Format: uint32
             * @description Units sold.
             */
            units: number;
        };
        /** @description One clearing of the market: who bid is not told. */
        ClearingView: {
            at: components["schemas"]["Time"];
            /**
             * Format: uint32
             * @description Bids that could have had a place.
             */
            bids: number;
            /** @description No choice among the bids and their places has more. */
            bound: components["schemas"]["Money"];
            /** @description Nothing was sold twice, and what buyers pay is what owners get. */
            budget_balanced: boolean;
            /**
             * Format: double
             * @description How far `welfare` can be below the best, in percent of `bound`.
             */
            gap_pct: number;
            /**
             * Format: int64
             * @description Rises from clearing to clearing.
             */
            number: number;
            /** @description By those, with all their lines. */
            paid: components["schemas"]["Money"];
            /** @description By pool and time; only of what was sold, or cost more than posted. */
            prices?: components["schemas"]["ClearedPrice"][];
            /** @description Nobody pays more than was bid, and no owner gets less than posted. */
            rational: boolean;
            /** @description How long a slot is. */
            slot: components["schemas"]["Span"];
            /** @description What the winners bid, less what their places cost at posted prices. */
            welfare: components["schemas"]["Money"];
            /**
             * Format: uint32
             * @description Those that have one now.
             */
            won: number;
        };
        /**
         * @description A CloudEvent (<https://github.com/cloudevents/spec>, 1.0, JSON format) that says what a meter read. Attributes beyond
         *     these are left alone.
         */
        CloudEvent: {
            data: components["schemas"]["UsageData"];
            /** @description `application/json`. */
            datacontenttype?: string | null;
            /** @description Its own among all of its source: the same one again is the same event. */
            id: string;
            /** @description Ed25519 (RFC 8032) of [`CloudEvent::text`], in Base64; needed where the site or project names keys in `meters`. */
            signature?: string | null;
            /** @description Whose meter: `/sites/NAME` (the provider) or `/projects/NAME` (the consumer), and what comes after a further `/`. */
            source: string;
            /** @description `1.0`. */
            specversion: string;
            /** @description The job as `project.name`, or one of its tasks as `project.name.index.attempt`. */
            subject: string;
            /** @description When it was made. */
            time?: components["schemas"]["Time"] | null;
            /** @description `jingwei.usage.v1`. */
            type: string;
        };
        /**
         * @description BLAKE3 of a dataset's manifest (the list of its files and their chunks): 64 hexadecimal digits. Equal contents
         *     have equal names, so a copy can be checked against it anywhere.
         */
        Content: string;
        /** @description WGS 84 degrees. */
        Coordinates: {
            /**
             * Format: double
             * @description Degrees north, -90 to 90.
             */
            lat: number;
            /**
             * Format: double
             * @description Degrees east, -180 to 180.
             */
            lon: number;
        };
        /**
         * @description A number of cores, as "2".
         * @example 2
         */
        Cores: string | number;
        /**
         * @description A price per gigabyte, as "0.02CNY/GB".
         * @example 0.02CNY/GB
         */
        DataPrice: string;
        /** @description The data at a site. */
        DataReport: {
            /**
             * @description Whole, verified copies, by content; at most 10,000.
             * @default []
             */
            contents?: components["schemas"]["Kept"][];
            /** @description What it was told to fetch and is not there yet. */
            fetching?: components["schemas"]["Fetching"][];
            /** @description The most it may hold; none: no limit. */
            quota?: components["schemas"]["Bytes"] | null;
            /** @description What jobs left: results and checkpoints. Told until the target has the job's attempt no more. */
            saved?: components["schemas"]["SavedFolder"][];
            /** @default 0B */
            used?: components["schemas"]["Bytes"];
            /** @description Bytes that a fetch needs and the quota has no room for: some content has to go first. */
            wanted?: components["schemas"]["Bytes"];
        };
        DatasetManifest: {
            /** @constant */
            apiVersion?: "jingwei/v1";
            /** @constant */
            kind: "Dataset";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["DatasetSpec"];
        };
        DatasetRef: {
            dataset: components["schemas"]["Name"];
        };
        /** @description Data that jobs read. */
        DatasetSpec: {
            /**
             * @description What it is, where sites keep it as chunks that can be moved and checked. Left out: only its size and place are
             *     known, and moving it is waited for, not done.
             */
            content?: components["schemas"]["Content"] | null;
            /** @description Who owns the data and is paid for it. */
            organization: components["schemas"]["Name"];
            /** @description What its owner asks for one read of it all, per gigabyte. */
            price?: components["schemas"]["DataPrice"];
            /** @description The sites that hold a whole copy. With `content`: that should hold one; it is brought there and stays there. */
            replicas: components["schemas"]["Name"][];
            size: components["schemas"]["Bytes"];
        };
        /** @description The chosen place, time, path and replicas, and what they cost. */
        Decision: {
            /**
             * @description No other choice of place, start, path and replicas could score less, as things were held then. None in
             *     decisions of before this was proved.
             */
            bound?: components["schemas"]["Money"] | null;
            /** @description The chosen site first, then the others: each with its total or the rule that refuses it. */
            candidates: components["schemas"]["Candidate"][];
            carbon: components["schemas"]["Carbon"];
            /** @description What a unit costs for an hour, where an auction cleared it: the mean over the run. None: as its owner posts it. */
            cleared?: components["schemas"]["HourPrice"] | null;
            /** @description When the result is where it has to go; `end` if there is none. */
            delivered: components["schemas"]["Time"];
            /** @description When the tasks have ended. */
            end: components["schemas"]["Time"];
            /** @description Of the whole facility, estimated. */
            energy: components["schemas"]["Energy"];
            flavor: components["schemas"]["Name"];
            /** @description When the tasks run, in order, where they are paused in between; empty where they run from `start` to `end` at once. */
            intervals?: components["schemas"]["Interval"][];
            /** @description What it costs, line by line. */
            lines: components["schemas"]["PriceLine"][];
            /**
             * Format: uint32
             * @description Sites left out of `candidates` because there are more than are kept.
             */
            more_candidates?: number;
            /** @description To the user; none if the order asks for nothing of it. */
            path?: components["schemas"]["PathChoice"] | null;
            pool: components["schemas"]["Name"];
            /** @description Estimated run time. */
            run_time: components["schemas"]["Span"];
            /**
             * @description Where that comes from, if it is not of the order: "12 finished runs (P90), ±8 %", nine of ten having been so near
             *     the middle one.
             */
            run_time_from?: string | null;
            /** @description The sum that was minimised: the lines, weighted by the order's objective. */
            score: components["schemas"]["Money"];
            site: components["schemas"]["Name"];
            /** @description When data starts to move, if any has to; else `start`. */
            staging_start: components["schemas"]["Time"];
            /** @description When the tasks start. */
            start: components["schemas"]["Time"];
            /** @description Sum of the billed lines. */
            total: components["schemas"]["Money"];
            /** @description Inputs to bring in, and the result to bring out. */
            transfers?: components["schemas"]["Transfer"][];
            /**
             * Format: uint32
             * @description Units of the pool that the whole gang takes.
             */
            units: number;
            /**
             * Format: uint32
             * @description Units of the pool that one task takes.
             */
            units_per_task: number;
            /** @description The best that it could have had without pauses, where it has some. */
            unpaused?: components["schemas"]["Unpaused"] | null;
        };
        /**
         * @description A delay, as "20ms".
         * @example 20ms
         */
        Delay: string;
        /** @description What the highest quarter of an hour costs. */
        DemandCharge: {
            /** @description Paid for already: drawing less saves nothing. */
            declared: components["schemas"]["Power"];
            /** @description For each kW above it; from nothing to 10,000 yuan. */
            per_kw: components["schemas"]["Money"];
        };
        /** @description A request to draw less, signed by one of the keys that the site's description names. */
        DemandRequest: {
            /** @description So much less than when it arrives; of the whole facility. */
            cut: components["schemas"]["Power"];
            /** @description Never used before for this site. */
            id: components["schemas"]["Name"];
            /** @description When it was signed: 5 minutes ago at most. */
            issued: components["schemas"]["Time"];
            /**
             * Format: uint32
             * @description From its arrival on.
             */
            minutes: number;
            /** @description Ed25519 (RFC 8032) of [`DemandRequest::text`], in Base64. */
            signature: string;
        };
        /** @description A request that was taken, and what came of it. */
        DemandView: {
            /** @description The cut over the time that was asked for. */
            asked: components["schemas"]["Energy"];
            /** @description What the site drew when the request came, by what its running jobs draw and its PUE. */
            baseline: components["schemas"]["Power"];
            /** @description Up to when `delivered` counts. */
            counted: components["schemas"]["Time"];
            cut: components["schemas"]["Power"];
            /** @description Not drawn, beside the baseline: what is settled is this, up to `asked`. */
            delivered: components["schemas"]["Energy"];
            ended: boolean;
            from: components["schemas"]["Time"];
            id: components["schemas"]["Name"];
            /** @description Jobs that were paused, moved or put off. */
            jobs: components["schemas"]["JobKey"][];
            /** @description What it draws. */
            power: components["schemas"]["Power"];
            /** @description When it drew so much less for the first time. */
            reached?: components["schemas"]["Time"] | null;
            site: components["schemas"]["Name"];
            until: components["schemas"]["Time"];
        };
        Denial: {
            /** @description What was asked for: an endpoint's `operationId`. */
            action: string;
            detail: string;
            /** @description The rule that forbids it, or that none permits it. */
            rule: string;
            time: components["schemas"]["Time"];
            /** @description The token's name. */
            token: components["schemas"]["Name"];
        };
        /** @description What was denied lately. */
        Denials: {
            items: components["schemas"]["Denial"][];
        };
        /** @description Where everything goes in 15 minutes: load = own + contracted + import - export + discharge - charge + unserved. */
        DispatchSlot: {
            carbon: components["schemas"]["Carbon"];
            carbon_from?: components["schemas"]["Origin"];
            carbon_intensity: components["schemas"]["CarbonIntensity"];
            charge: components["schemas"]["Energy"];
            /** @description Green supply under contract. */
            contracted: components["schemas"]["Energy"];
            cost: components["schemas"]["Money"];
            curtailed: components["schemas"]["Energy"];
            discharge: components["schemas"]["Energy"];
            export: components["schemas"]["Energy"];
            from: components["schemas"]["Time"];
            import: components["schemas"]["Energy"];
            /** @description Of jobs that are placed there, and of what the site draws at all times. */
            load: components["schemas"]["Energy"];
            marginal_carbon: components["schemas"]["CarbonIntensity"];
            /** @description Of one kWh more. */
            marginal_price: components["schemas"]["EnergyPrice"];
            /** @description Own generation that is used, stored or given to the grid, and what is not. */
            own: components["schemas"]["Energy"];
            /** @description Of the grid. */
            price: components["schemas"]["EnergyPrice"];
            price_from?: components["schemas"]["Origin"];
            /** @description In the battery at the end. */
            stored: components["schemas"]["Energy"];
            to: components["schemas"]["Time"];
            unserved: components["schemas"]["Energy"];
        };
        /** @description How a site is supplied over the coming 48 hours, at the least cost. */
        DispatchView: {
            carbon: components["schemas"]["Carbon"];
            carbon_without_battery: components["schemas"]["Carbon"];
            /** @description What is paid to others less what they pay, with wear and demand charge. */
            cost: components["schemas"]["Money"];
            /** @description The same load without the battery. */
            cost_without_battery: components["schemas"]["Money"];
            demand_charge: components["schemas"]["Money"];
            /** @description Without the grid until then, as was asked. */
            island_until?: components["schemas"]["Time"] | null;
            now: components["schemas"]["Time"];
            /** @description The most that is drawn through the grid connection. */
            peak: components["schemas"]["Power"];
            /** @description The difference in money; below zero where the reserve has to be filled, or where carbon is saved instead. */
            saving: components["schemas"]["Money"];
            site: components["schemas"]["Name"];
            /** @description Of 15 minutes each; the first has begun. */
            slots: components["schemas"]["DispatchSlot"][];
            /** @description In the battery at the beginning. */
            stored: components["schemas"]["Energy"];
            /** @description Need that nothing can meet. */
            unserved: components["schemas"]["Energy"];
            /** @description The part of `cost` that the battery wears off. */
            wear: components["schemas"]["Money"];
        };
        /** @description Two sides metered a line of a charge differently: the part that they differ about is held until somebody resolves it. */
        Dispute: {
            /** @description What is disputed, or was last. */
            amount: components["schemas"]["Money"];
            /** Format: uint32 */
            attempt: number;
            /** @description Who resolved it. */
            by?: components["schemas"]["Name"] | null;
            /** @description The transaction of the charge. */
            charge: string;
            /** @description The line as it was charged. */
            charged: components["schemas"]["Money"];
            /**
             * Format: uint64
             * @description What the consumer metered.
             */
            consumer: number;
            end: components["schemas"]["Time"];
            /** Format: int64 */
            id: number;
            job: components["schemas"]["JobKey"];
            kind: components["schemas"]["LineKind"];
            /**
             * Format: uint64
             * @description What the provider metered and charged, in base units.
             */
            metered: number;
            note?: string;
            opened: components["schemas"]["Time"];
            /** @description Who is paid for the line; the platform where nobody is named. */
            provider?: components["schemas"]["Name"] | null;
            resolved?: components["schemas"]["Time"] | null;
            /** @description The run. */
            start: components["schemas"]["Time"];
            state: components["schemas"]["DisputeState"];
            /**
             * @description The tax that it includes.
             * @default 0ppm
             */
            tax?: components["schemas"]["Share"];
            /** @description Those of the dispute, in order. */
            transactions: string[];
            what: components["schemas"]["Name"];
        };
        /** @description Where a dispute stands. */
        DisputeState: "open" | "provider" | "consumer" | "agreed";
        /** @description The class of some flows, by their addresses or by the server that their clients greet: one of both. */
        EdgeClass: {
            class: components["schemas"]["ServiceClass"];
            /** @description Packets from or to these addresses: `2001:db8:7::/48` or `10.9.0.0/16`. */
            prefix?: string | null;
            /** @description By the greeting of a TLS client: `video.example.com`, or `*.example.com` for all below it. */
            server_name?: string | null;
        };
        /** @description An instance behind an edge: what is sent to the segment goes to the machine. */
        EdgeContact: {
            /** Format: ipv6 */
            address: string;
            /** Format: ipv6 */
            segment: string;
        };
        /** @description An edge of a way, by its number, and the segment there that is this way's alone. */
        EdgeHop: {
            /** Format: uint16 */
            edge: number;
            /** Format: ipv6 */
            segment: string;
        };
        EdgeInstance: {
            /**
             * Format: uint16
             * @description The number of the edge it is behind.
             */
            edge: number;
            name: components["schemas"]["Name"];
            /**
             * Format: uint16
             * @description Of this instance only, in the whole platform: the CSCI-ID.
             */
            number: number;
            /** Format: ipv6 */
            segment: string;
        };
        EdgeManifest: {
            /** @constant */
            apiVersion?: "jingwei/v1";
            /** @constant */
            kind: "Edge";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["EdgeSpec"];
        };
        /** @description Where an edge is in one network. */
        EdgeNetwork: {
            /**
             * Format: ip
             * @description Of its device in this network: where it sends from and listens.
             */
            address: string;
            /** @description It is behind an address translator: it comes to the others, and they do not know where it is until then. */
            hidden?: boolean;
            name: components["schemas"]["Name"];
            /**
             * Format: uint16
             * @description The first of 64 UDP ports, one for each other edge.
             * @default 51820
             */
            port?: number;
            /** @description Of what is sent over it. */
            price?: components["schemas"]["DataPrice"];
            /** @description May carry what is to be secure. */
            trusted?: boolean;
        };
        /** @description One network that joins two edges. */
        EdgePath: {
            /** @description Where it sends from and listens. */
            local: string;
            network: components["schemas"]["Name"];
            /** @description Where the peer listens. None: the peer comes here. */
            peer?: string | null;
            price: components["schemas"]["DataPrice"];
            trusted: boolean;
        };
        /** @description Another edge, to which it has a tunnel. */
        EdgePeer: {
            name: components["schemas"]["Name"];
            /** Format: uint16 */
            number: number;
            paths: components["schemas"]["EdgePath"][];
            /** @description What is sent to it. */
            prefixes: components["schemas"]["Prefix6"][];
            public_key: string;
        };
        /** @description What an edge measured. Sent when something changed, and as a sign of life. */
        EdgeReport: {
            /** @description Why the newest target is not made so, if it is not. */
            fault?: string | null;
            /** @description Flows that it leads, by the number of their instance. */
            flows?: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description The newest generation that it has made so; -1 before the first.
             */
            generation: number;
            /** @description At most 512. */
            paths: components["schemas"]["MeasuredPath"][];
            /** @description Of ways that begin, pass or end here, by their number. */
            ways?: {
                [key: string]: components["schemas"]["WayCount"];
            };
        };
        EdgeReportAnswer: {
            /** @description An edge that is silent for so long counts as lost; it reports a few times within it. */
            lease: components["schemas"]["Span"];
        };
        /** @description How an edge leads flows of a service. */
        EdgeService: {
            /** Format: ipv6 */
            address: string;
            class: components["schemas"]["ServiceClass"];
            instances: components["schemas"]["EdgeInstance"][];
            name: components["schemas"]["Name"];
            /** @description The instance that new flows go to, by its number, for each of 64 ranges of their hashes. */
            slots: number[];
        };
        /** @description A gateway that joins the platform with a token of its own and has a tunnel to every other one that shares a network. */
        EdgeSpec: {
            /** @description The site or node that it stands at. */
            at: components["schemas"]["Name"];
            /** @description Classes of flows whose packets have no code point, and, by addresses, of others too; the first that matches counts. */
            classes?: components["schemas"]["EdgeClass"][];
            /** @description Those that it sends over: tunnels to another edge have a path over each that both have, by name. */
            networks: components["schemas"]["EdgeNetwork"][];
            /** @description IPv6 prefixes behind it: others send what is for them here. */
            prefixes?: components["schemas"]["Prefix6"][];
        };
        EdgeStop: {
            /** @description Packets are unwrapped here; else they go on to the next segment. */
            is_end: boolean;
            /**
             * Format: uint16
             * @description The number of its way.
             */
            number: number;
            /** Format: ipv6 */
            segment: string;
        };
        /** @description The whole of what an edge should do. What is not in it is taken away. */
        EdgeTarget: {
            /**
             * Format: ipv6
             * @description Its own, of the platform's network of tunnels.
             */
            address?: string | null;
            /** @description Classes of flows, as its manifest says; the first that matches counts. */
            classes?: components["schemas"]["EdgeClass"][];
            /** @description Instances that are behind it. */
            contacts: components["schemas"]["EdgeContact"][];
            /**
             * Format: int64
             * @description An edge refuses a target older than the newest it has accepted.
             */
            generation: number;
            /** @description Without contact for so long, new flows go to the nearest instance, whatever the shares say. */
            keep: components["schemas"]["Span"];
            /** Format: uint16 */
            number: number;
            peers: components["schemas"]["EdgePeer"][];
            services: components["schemas"]["EdgeService"][];
            /** @description Segments of ways that pass or end here. */
            stops?: components["schemas"]["EdgeStop"][];
            /** @description Of jobs, for what leaves here. */
            ways?: components["schemas"]["EdgeWay"][];
        };
        /** @description An edge as people see it. */
        EdgeView: {
            /**
             * Format: ipv6
             * @description Its own, of the platform's network of tunnels.
             */
            address: string;
            at: components["schemas"]["Name"];
            fault?: string | null;
            /**
             * Format: int64
             * @description Of its target.
             */
            generation: number;
            /**
             * Format: int64
             * @description The generation that it has made so.
             */
            has?: number | null;
            joined?: components["schemas"]["Time"] | null;
            last_seen?: components["schemas"]["Time"] | null;
            name: components["schemas"]["Name"];
            /**
             * Format: uint16
             * @description Among the edges, 1 to 64.
             */
            number: number;
            online: boolean;
            /** @description As it last told. */
            paths: components["schemas"]["MeasuredPath"][];
            prefixes: components["schemas"]["Prefix6"][];
            /** @description Of the gateway that joined last. None: none has joined yet. */
            public_key?: string | null;
            /** @description Ways of jobs that begin here: one for each direction. */
            ways?: components["schemas"]["WayView"][];
        };
        /** @description The way of the packets of jobs from one edge to another. */
        EdgeWay: {
            /** @description No more goes; zero: as much as there is. */
            bandwidth: components["schemas"]["Bandwidth"];
            class: components["schemas"]["ServiceClass"];
            /** @description Its packets are those from here... */
            from: components["schemas"]["Prefix6"][];
            /** @description Edges in the order they are passed, the last is where it ends. */
            hops: components["schemas"]["EdgeHop"][];
            /**
             * Format: uint16
             * @description Of this way only, among ways and instances.
             */
            number: number;
            /** @description ...to there. */
            to: components["schemas"]["Prefix6"][];
        };
        Edges: {
            items: components["schemas"]["EdgeView"][];
            /** @description Jobs that run now; their paths are held, but not set up. */
            unled?: components["schemas"]["UnledJob"][];
        };
        /** @description What is known of a site's electricity beside its tariff and the grid's carbon. */
        Electricity: {
            /** @description What the facility draws at all times beside its jobs. */
            base_load?: components["schemas"]["Power"];
            battery?: components["schemas"]["Battery"] | null;
            /** @description Green supply under contract, which comes through the grid connection. What is not taken is not paid for. */
            contracts?: components["schemas"]["Supply"][];
            /** @description Ed25519 public keys, in Base64, of those who may ask the site to draw less for a while. */
            demand_response?: string[];
            /** @description Where the server reads series of the site, again and again. */
            feeds?: components["schemas"]["Feed"][];
            /** @description Sun and wind behind the site's own meter. */
            generation?: components["schemas"]["Supply"][];
            /** @description Left out: it takes what it needs and gives nothing. */
            grid?: components["schemas"]["GridConnection"] | null;
            /** @description Ed25519 public keys of the site's meters, in Base64; where there are any, usage events for it need a signature. */
            meters?: string[];
            /**
             * @description CO2 behind what no certificate covers, in the market-based account: the residual mix, without green power that
             *     was sold. Left out: as the grid's own, and reports say so.
             */
            residual?: components["schemas"]["CarbonIntensity"] | null;
            /** @description Water used for a kWh of IT energy (WUE). */
            water?: components["schemas"]["WaterIntensity"] | null;
        };
        /** @description CO2 that making a thing has caused, spread evenly over the time it is used. */
        Embodied: {
            carbon: components["schemas"]["Carbon"];
            /** @description Expected, above zero. */
            lifetime: components["schemas"]["Span"];
        };
        /**
         * @description A energy, as "1.5kWh".
         * @example 1.5kWh
         */
        Energy: string;
        /** @description What an account is summed up by. */
        EnergyBy: "job" | "project" | "site" | "month" | "year";
        /** @description One row's part of one hour. */
        EnergyHour: {
            /** @description Of `facility`, free of carbon in its hour. */
            carbon_free: components["schemas"]["Energy"];
            /** @description Of making the machines. */
            embodied: components["schemas"]["Carbon"];
            /** @description Of the whole facility. */
            facility: components["schemas"]["Energy"];
            /** @description Of `facility`, covered by certificates of the same hour. */
            granular: components["schemas"]["Energy"];
            /** @description A full hour. */
            hour: components["schemas"]["Time"];
            /** @description Of the machines. */
            it: components["schemas"]["Energy"];
            /** @description Scope 2 by location: as the grid is. */
            location_based: components["schemas"]["Carbon"];
            /** @description Scope 2 by market: what certificates cover emits nothing. */
            market_based: components["schemas"]["Carbon"];
            name: string;
            /**
             * @description Used by sites that say so.
             * @default 0mL
             */
            water?: components["schemas"]["Water"];
            /** @description Of `facility`, covered by certificates of another time. */
            yearly: components["schemas"]["Energy"];
        };
        /** @description An interval in which nothing changes. */
        EnergyPoint: {
            carbon: components["schemas"]["CarbonIntensity"];
            carbon_from?: components["schemas"]["Origin"];
            from: components["schemas"]["Time"];
            /** @description Of a kWh. */
            price: components["schemas"]["EnergyPrice"];
            price_from?: components["schemas"]["Origin"];
            to: components["schemas"]["Time"];
        };
        /**
         * @description A price of electricity, as "0.42CNY/kWh".
         * @example 0.42CNY/kWh
         */
        EnergyPrice: string;
        /** @description Who used how much electricity, and what it emitted. Rows sum to the total exactly. */
        EnergyReport: {
            by: components["schemas"]["EnergyBy"];
            from: components["schemas"]["Time"];
            /** @description By hour and name, if asked for. */
            hours?: components["schemas"]["EnergyHour"][];
            /** @description What figures rest on, for people: which factor was used where no better one is known. */
            notes: string[];
            /** @description By name. */
            rows: components["schemas"]["EnergyRow"][];
            to: components["schemas"]["Time"];
            total: components["schemas"]["EnergyRow"];
        };
        /** @description Energy and carbon of one job, project, site or time. */
        EnergyRow: {
            /** @description Of `facility`, free of carbon in its hour. */
            carbon_free: components["schemas"]["Energy"];
            /**
             * Format: double
             * @description Of facility energy, free of carbon in the hour of its use, in percent.
             */
            cfe_pct?: number | null;
            /**
             * Format: double
             * @description kgCO2 by location for a kWh of IT energy (ISO/IEC 30134-8).
             */
            cue?: number | null;
            /** @description Of making the machines. */
            embodied: components["schemas"]["Carbon"];
            /** @description Of the whole facility. */
            facility: components["schemas"]["Energy"];
            /** @description Of `facility`, covered by certificates of the same hour. */
            granular: components["schemas"]["Energy"];
            /** @description Of the machines. */
            it: components["schemas"]["Energy"];
            /**
             * Format: uint64
             * @description Jobs in it.
             */
            jobs: number;
            /** @description Scope 2 by location: as the grid is. */
            location_based: components["schemas"]["Carbon"];
            /** @description Scope 2 by market: what certificates cover emits nothing. */
            market_based: components["schemas"]["Carbon"];
            name: string;
            /**
             * Format: double
             * @description Facility energy over IT energy (ISO/IEC 30134-2); none without IT energy.
             */
            pue?: number | null;
            /** @description Software carbon intensity (SCI 1.1, ISO/IEC 21031), for each job. */
            sci?: components["schemas"]["Carbon"] | null;
            /**
             * @description Used by sites that say so.
             * @default 0mL
             */
            water?: components["schemas"]["Water"];
            /**
             * Format: double
             * @description Litres of water for a kWh of IT energy (ISO/IEC 30134-9); none where no site says what it uses.
             */
            wue?: number | null;
            /** @description Of `facility`, covered by certificates of another time. */
            yearly: components["schemas"]["Energy"];
        };
        /** @description Something that happened, once and for all, in order of `seq`. */
        Event: {
            /** @description Figures, by type. */
            data?: unknown;
            /** @description What it happened to. */
            kind: components["schemas"]["Kind"];
            /** @description For people. */
            message?: string;
            /** Format: int64 */
            seq: number;
            /** @description Its name; of a job `project.name`. */
            subject: string;
            time: components["schemas"]["Time"];
            /** @description "submitted", "planned", ..., "created", "updated", "deleted", "online", "offline". */
            type: string;
        };
        /** @description How a task ended. */
        Exit: {
            /**
             * Format: int32
             * @description 0 to 255 where the program ended by itself.
             */
            code?: number | null;
            /** @description For people. */
            message?: string;
            reason: components["schemas"]["ExitReason"];
            /**
             * Format: int32
             * @description The signal's number where one ended it.
             */
            signal?: number | null;
        };
        ExitReason: "exited" | "signalled" | "out_of_memory" | "time_limit" | "stopped" | "fenced" | "lost" | "not_started";
        /** @description A series that somebody else keeps up to date. */
        Feed: {
            /** @description The column of a CSV file. */
            column?: string | null;
            /**
             * @description Between two readings: 1 minute to 1 day.
             * @default 15m
             */
            every?: components["schemas"]["Span"];
            format: components["schemas"]["FeedFormat"];
            /** @description "file:///folder/file.csv", "https://host/path?query". Read as it stands; holds no secret. */
            from: string;
            /** @description The variable of the server's environment with the key that is sent; its name starts with `JW_FEED_`. */
            key_from?: string | null;
            /** @description Yuan for one unit of the currency, where that is not the yuan: at most 1,000. */
            rate?: components["schemas"]["Money"] | null;
            signal: components["schemas"]["Signal"];
            /** @description What its values are in; a CSV file and an answer that says something else are refused. */
            unit: components["schemas"]["FeedUnit"];
        };
        /** @description How a feed puts its points. */
        FeedFormat: "csv" | "electricity_maps" | "carbon_aware";
        /**
         * @description What a feed's values are in.
         * @enum {string}
         */
        FeedUnit: "gCO2/kWh" | "lbCO2/MWh" | "%" | "kWh" | "CNY/MWh" | "CNY/kWh" | "EUR/MWh" | "USD/MWh";
        /** @description Data to bring to a site. */
        Fetch: {
            content: components["schemas"]["Content"];
            /** @description Where it is, best first. */
            from: components["schemas"]["Source"][];
            /** @description Held for it: no faster. None: as fast as it goes. */
            rate?: components["schemas"]["Bandwidth"] | null;
            size: components["schemas"]["Bytes"];
        };
        Fetching: {
            content: components["schemas"]["Content"];
            /** @description Bytes of it that are here. */
            done: components["schemas"]["Bytes"];
            /** @description Why it does not go on, if so. */
            error?: string | null;
            /** @description Bytes that came over the network for it; less where chunks were here already. */
            moved: components["schemas"]["Bytes"];
        };
        FlavorManifest: {
            /** @constant */
            apiVersion?: "jingwei/v1";
            /** @constant */
            kind: "Flavor";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["FlavorSpec"];
        };
        /** @description Typed capacity: what one unit of a pool is. */
        FlavorSpec: {
            accelerator?: components["schemas"]["Accelerator"] | null;
            arch: components["schemas"]["Arch"];
            /** @description Of one unit. */
            cores: components["schemas"]["Cores"];
            /** @description Of making one unit. */
            embodied?: components["schemas"]["Embodied"] | null;
            /** @description Of one unit. */
            memory: components["schemas"]["Bytes"];
            /** @description What one unit draws when it works. */
            power: components["schemas"]["Power"];
            /** @description Of one unit, by precision, so that unlike chips compare. */
            throughput?: {
                bf16?: components["schemas"]["Throughput"];
                fp16?: components["schemas"]["Throughput"];
                fp32?: components["schemas"]["Throughput"];
                fp64?: components["schemas"]["Throughput"];
                fp8?: components["schemas"]["Throughput"];
                int64?: components["schemas"]["Throughput"];
                int8?: components["schemas"]["Throughput"];
            };
            /** @default rated */
            throughput_source?: components["schemas"]["ThroughputSource"];
        };
        Flow: {
            /** @description Held on every link; zero where only a delay was asked for. */
            bandwidth: components["schemas"]["Bandwidth"];
            /** @description One way, as it was decided. */
            delay: components["schemas"]["Delay"];
            /** @description Of data: what its site has reported to be there. */
            done?: components["schemas"]["Bytes"] | null;
            from: components["schemas"]["Name"];
            /** Format: uint32 */
            jobs: number;
            kind: components["schemas"]["FlowKind"];
            /** @description In order from `from`. */
            links: components["schemas"]["Name"][];
            /** @description Along the tunnels of the edges that lead it, as measured now; none where no edge leads it. */
            measured_delay?: components["schemas"]["Delay"] | null;
            /** @description Of data: how much there is to move. */
            size?: components["schemas"]["Bytes"] | null;
            to: components["schemas"]["Name"];
        };
        FlowKind: "job" | "data";
        /** @description What moves over the network now, as it is held. */
        Flows: {
            /** @description Flows of one kind over the same links count as one. The one with the most bandwidth first; at most 1,000. */
            items: components["schemas"]["Flow"][];
            /**
             * Format: uint64
             * @description Beyond those listed.
             */
            more: number;
            now: components["schemas"]["Time"];
        };
        /** @description Schedulable capacity that a driver found: so many units of one kind. */
        FoundPool: {
            /** @description Says what one unit is. */
            flavor: components["schemas"]["FlavorSpec"];
            /** @description Unique at the site, as the partition or node group is called, made a valid name. */
            name: components["schemas"]["Name"];
            /** Format: uint32 */
            units: number;
            /**
             * Format: uint32
             * @description Units in one machine.
             */
            units_per_node: number;
        };
        /** @description What a device has fed in over a time, as its issuer says. No time of a device is told twice. */
        Generation: {
            device: components["schemas"]["Name"];
            /** @description Of a granular certificate, in the same full hour as `start`; else in the same month, in China's time. */
            end: components["schemas"]["Time"];
            /** @description Who vouches for it: at most 200 characters. */
            issuer: string;
            /** @description The organization that has the certificates then. */
            owner: components["schemas"]["Name"];
            scheme: components["schemas"]["Scheme"];
            start: components["schemas"]["Time"];
            technology: components["schemas"]["Technology"];
            /**
             * Format: uint64
             * @description Above 0, at most 10^12.
             */
            wh: number;
            /** @description The region whose sites it can be matched to hour by hour. */
            zone: components["schemas"]["Name"];
        };
        /** @description What may come from the grid and go into it. */
        GridConnection: {
            demand_charge?: components["schemas"]["DemandCharge"] | null;
            /** @description The most that may be given. Left out: nothing. */
            export?: components["schemas"]["Power"];
            /** @description What is paid for a kWh that is given. */
            export_price?: components["schemas"]["EnergyPrice"];
            /** @description The most that may come, with what comes under contract. Left out: as much as is needed; none: an island. */
            import?: components["schemas"]["Power"] | null;
        };
        /** @description A price for some hours of the day. */
        HourBand: {
            /**
             * Format: uint8
             * @description First hour, 0 to 23.
             */
            from: number;
            /** @description What the tariff calls it: peak, valley, tip, deep. */
            name: string;
            price: components["schemas"]["EnergyPrice"];
            /**
             * Format: uint8
             * @description Hour it ends before, 1 to 24, later than `from`.
             */
            to: number;
        };
        /**
         * @description A price per hour, as "1.5CNY/h".
         * @example 1.5CNY/h
         */
        HourPrice: string;
        /** @description A set of task numbers, kept and written as ranges. */
        Indexes: string;
        /** @description A dataset as a task sees it: the folder `name` in `JINGWEI_INPUTS`. */
        Input: {
            content: components["schemas"]["Content"];
            name: components["schemas"]["Name"];
        };
        InstanceView: {
            /** Format: ipv6 */
            address: string;
            /**
             * Format: double
             * @description Flows that it can serve at once now, after what jobs use of its pool.
             */
            capacity: number;
            edge: components["schemas"]["Name"];
            /**
             * Format: uint64
             * @description Flows that edges lead to it.
             */
            flows: number;
            /** @description Why nothing is led to it, if so. */
            left_out?: string | null;
            name: components["schemas"]["Name"];
            /** Format: uint16 */
            number: number;
            /**
             * Format: double
             * @description Of its capacity, the part that expected flows and jobs take, in percent.
             */
            used_pct: number;
        };
        /** @description A time in which the tasks of a job run. */
        Interval: {
            end: components["schemas"]["Time"];
            start: components["schemas"]["Time"];
        };
        /** @description One thing wrong with a resource: which field, and what would be right. */
        Invalid: {
            /** @description A path as "spec.pue". */
            field: string;
            message: string;
        };
        /** @description What a project owes for a month. */
        Invoice: {
            /** @description The sum of the charges. */
            exact: components["schemas"]["Money"];
            /** @description Everything charged in it, in UTC: from its first moment to the first after it. */
            from: components["schemas"]["Time"];
            /** @description The project and the month: "demo-2026-03". */
            id: string;
            /** @description The month is over: nothing can be added. What is charged later for use in it is on a later invoice. */
            is_final: boolean;
            lines: components["schemas"]["InvoiceLine"][];
            /** @description Whose the project is. */
            organization: components["schemas"]["Name"];
            project: components["schemas"]["Name"];
            /** @description What rounding each line to a hundredth has added. */
            rounding: components["schemas"]["Money"];
            /**
             * @description The tax that the total includes: the sum of that of the lines.
             * @default 0CNY
             */
            tax?: components["schemas"]["Money"];
            to: components["schemas"]["Time"];
            /** @description To pay: the sum of the lines. */
            total: components["schemas"]["Money"];
        };
        /** @description All of one kind that one owner is paid. */
        InvoiceLine: {
            /** @description Rounded to a hundredth, half away from zero. */
            amount: components["schemas"]["Money"];
            /** @description The sum of its charges. */
            exact: components["schemas"]["Money"];
            kind: components["schemas"]["LineKind"];
            provider?: components["schemas"]["Name"] | null;
            /**
             * @description That tax, rounded as the amount is.
             * @default 0CNY
             */
            tax?: components["schemas"]["Money"];
            /**
             * @description The rate of the tax that the amount includes.
             * @default 0ppm
             */
            tax_rate?: components["schemas"]["Share"];
        };
        /** @description How many jobs there are in each state. */
        JobCounts: {
            states: {
                [key: string]: number;
            };
        };
        /** @enum {string} */
        JobFolder: "result" | "checkpoint";
        /**
         * @description project.name
         * @example demo.hello
         */
        JobKey: string;
        JobManifest: {
            /** @constant */
            apiVersion?: "jingwei/v1";
            /** @constant */
            kind: "Job";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["JobSpec"];
        };
        /** @description One order: what to run, what it needs of compute, network and data, by when, and what it may cost. */
        JobSpec: {
            /** @description The tasks are independent: each starts when there is room for it. Left out: they are a gang. */
            array?: components["schemas"]["Array"] | null;
            /** @description The most it may cost. */
            budget?: components["schemas"]["Money"] | null;
            /** @description The most CO2 it may cause. */
            carbon_cap?: components["schemas"]["Carbon"] | null;
            /** @description Its work is kept in a folder from which a new run goes on. */
            checkpoint?: components["schemas"]["Checkpoint"] | null;
            /** @description Program and arguments. Give this or `script`. */
            command?: string[];
            /** @description It ends no later, result delivered. */
            deadline?: components["schemas"]["When"] | null;
            /** @description It starts no earlier. */
            earliest?: components["schemas"]["When"] | null;
            env?: {
                [key: string]: string;
            };
            /**
             * @description It never runs twice at once, even behind a cut network: after the loss of a site it waits until that site
             *     has certainly stopped it. Without this it starts elsewhere at once; results of the old run are refused.
             */
            exclusive?: boolean;
            /**
             * @description Between signal TERM, which comes before any stop, and signal KILL. Left out: what the site gives; 30 s with
             *     `checkpoint`.
             */
            grace?: components["schemas"]["Span"] | null;
            /** @description OCI image that the tasks run in, as "registry/name:tag"; only sites that run containers take it. */
            image?: string | null;
            /** @description Datasets that are at the site before the tasks start, each as a folder of its name in `JINGWEI_INPUTS`. */
            inputs?: components["schemas"]["DatasetRef"][];
            /** @description It may be stopped and started again from its beginning for a job of higher priority. */
            interruptible?: boolean;
            network?: components["schemas"]["NetworkNeed"];
            /** @default cost */
            objective?: components["schemas"]["Objective"];
            /**
             * @description It may be paused where that makes it cheaper: it runs in several intervals, each a run that goes on from the
             *     checkpoint of the one before. Needs `checkpoint`.
             */
            pauses?: components["schemas"]["Pauses"] | null;
            /**
             * Format: uint8
             * @description 0 (last) to 9 (first).
             */
            priority?: number;
            regions?: components["schemas"]["Regions"];
            /**
             * @description What each task needs.
             * @default {
             *       "cores": "1",
             *       "memory": "256MiB"
             *     }
             */
            resources?: components["schemas"]["Resources"];
            result?: components["schemas"]["ResultSpec"] | null;
            /**
             * Format: uint32
             * @description How often a failed or lost run is tried again.
             */
            retries?: number;
            /** @description Estimate, on a flavor for which nothing better is said. Left out: by `work`, else 10 minutes. */
            run_time?: components["schemas"]["Span"] | null;
            /** @description Text for `/bin/sh`, or for the program its `#!` line names; at most 64 KiB. Give this or `command`. */
            script?: string | null;
            /**
             * Format: uint32
             * @description Tasks that start together or not at all (a gang), or as there is room (with `array`). Each sees its number in
             *     `JINGWEI_TASK`.
             */
            tasks?: number;
            /** @description A task still running after this is stopped and the job fails. */
            time_limit?: components["schemas"]["Span"] | null;
            /** @description The site or node where its user is: `network` is meant between there and the tasks. */
            user?: components["schemas"]["Name"] | null;
            /** @description Arithmetic that each task does, by precision: gives the run time on any flavor of known throughput. */
            work?: {
                bf16?: components["schemas"]["Work"];
                fp16?: components["schemas"]["Work"];
                fp32?: components["schemas"]["Work"];
                fp64?: components["schemas"]["Work"];
                fp8?: components["schemas"]["Work"];
                int64?: components["schemas"]["Work"];
                int8?: components["schemas"]["Work"];
            };
        } & (unknown | unknown);
        /** @description Where a job is in its life. */
        JobState: ("succeeded" | "failed" | "cancelled") | "submitted" | "planned" | "bidding" | "quoted" | "held" | "staging" | "dispatched" | "running" | "expired" | "unplaceable";
        /** @description A job's place in its life, its decision, its runs and what they used. */
        JobStatus: {
            /**
             * Format: uint32
             * @description Runs begun so far.
             * @default 0
             */
            attempt?: number;
            /** @description What was bid for it, if it came as a bid. */
            bid?: components["schemas"]["Bid"] | null;
            /** @description Someone asked to cancel it; its tasks are being stopped. */
            cancelling?: boolean;
            /** @default 0ugCO2 */
            carbon?: components["schemas"]["Carbon"];
            /** @description The newest checkpoint that is saved, and the sites that have it. */
            checkpoint?: components["schemas"]["Saved"] | null;
            /**
             * @description What has been charged so far.
             * @default 0CNY
             */
            cost?: components["schemas"]["Money"];
            decision?: components["schemas"]["Decision"] | null;
            /** @description Tasks of an array that have succeeded in earlier attempts; they do not run again. */
            done?: components["schemas"]["Indexes"];
            ended?: components["schemas"]["Time"] | null;
            /**
             * @description Of the whole facility, so far.
             * @default 0mJ
             */
            energy?: components["schemas"]["Energy"];
            /**
             * Format: uint32
             * @description Runs that failed and count against `retries`.
             * @default 0
             */
            failures?: number;
            /** @description The reservation is given back if the site has not taken the job by then. */
            held_until?: components["schemas"]["Time"] | null;
            /** @description What the present run reads, as it was when it was dispatched. */
            inputs?: components["schemas"]["Input"][];
            /**
             * Format: uint32
             * @description Runs that were lost with their site, one after the other.
             */
            losses?: number;
            /** @description Who submitted it: the name of the token. */
            owner?: components["schemas"]["Name"] | null;
            /** @description How far a job that may be paused has come. */
            progress?: components["schemas"]["Progress"];
            /** @description What it was offered at, if someone asked for a quote first. */
            quote?: components["schemas"]["Quote"] | null;
            /** @description Why it is in this state, for people. */
            reason?: string;
            /** @description The refusals of every site, while it is not placed. */
            refused?: components["schemas"]["Candidate"][];
            /** @description What the present run goes on from. */
            resumed?: components["schemas"]["Content"] | null;
            /** @description It is not planned again before this. */
            retry_at?: components["schemas"]["Time"] | null;
            /** @description When the tasks of the last attempt started and ended. */
            started?: components["schemas"]["Time"] | null;
            state: components["schemas"]["JobState"];
            submitted: components["schemas"]["Time"];
            /** @description Of the last attempt. */
            tasks?: components["schemas"]["TaskStatus"][];
        };
        /** @description A job as one row of a list. */
        JobSummary: {
            /** Format: uint32 */
            attempt: number;
            /** @description Charged so far; before the first charge, what the decision expects. */
            cost: components["schemas"]["Money"];
            ended?: components["schemas"]["Time"] | null;
            key: components["schemas"]["JobKey"];
            pool?: components["schemas"]["Name"] | null;
            /** Format: uint8 */
            priority: number;
            reason?: string;
            site?: components["schemas"]["Name"] | null;
            start?: components["schemas"]["Time"] | null;
            state: components["schemas"]["JobState"];
            submitted: components["schemas"]["Time"];
            /** Format: uint32 */
            tasks: number;
            title?: string | null;
            /** Format: int64 */
            version: number;
        };
        /** @description A job with all that is known of it. */
        JobView: {
            key: components["schemas"]["JobKey"];
            metadata: components["schemas"]["Metadata"];
            /** @description While it runs. */
            so_far?: components["schemas"]["SoFar"] | null;
            spec: components["schemas"]["JobSpec"];
            status: components["schemas"]["JobStatus"];
            /** Format: int64 */
            version: number;
        };
        /** @description A gateway becomes the edge that its token names. Both secrets stay with it: here is what others know them by. */
        JoinEdge: {
            /** @description Curve25519, in 44 letters of base64. */
            public_key: string;
            /** @description Of the token that it speaks with from now on: lower-case hex SHA-256. */
            token_hash: string;
        };
        /** @description Who it is now. */
        JoinEdgeAnswer: {
            edge: components["schemas"]["Name"];
            /**
             * Format: uint16
             * @description Its number among the edges, 1 to 64.
             */
            number: number;
        };
        Kept: {
            content: components["schemas"]["Content"];
            last_used: components["schemas"]["Time"];
            size: components["schemas"]["Bytes"];
        };
        /**
         * @description The kinds of resource, in the order in which they can refer to each other.
         * @enum {string}
         */
        Kind: "Organization" | "Project" | "Node" | "Flavor" | "Site" | "Pool" | "Link" | "Dataset" | "Edge" | "Service" | "Job";
        LineKind: "compute" | "electricity" | "carbon" | "link" | "transfer" | "data" | "waiting";
        /** @description What both sides metered of a line of a run. */
        LineReading: {
            amount?: components["schemas"]["Money"] | null;
            /** Format: uint32 */
            attempt: number;
            /** @description The transaction that booked it. */
            booked?: string | null;
            /**
             * Format: uint64
             * @description What is charged, in base units; none while the run goes on, or of what is not charged.
             */
            charged?: number | null;
            /**
             * Format: uint64
             * @description What the consumer's meters read.
             */
            consumer?: number | null;
            /** Format: int64 */
            dispute?: number | null;
            job: components["schemas"]["JobKey"];
            kind: components["schemas"]["LineKind"];
            /** @description The price, for people. */
            price?: string;
            /**
             * Format: uint64
             * @description What the provider's own meters read, beside its report of the run.
             */
            provider?: number | null;
            what: components["schemas"]["Name"];
        };
        LinkManifest: {
            /** @constant */
            apiVersion?: "jingwei/v1";
            /** @constant */
            kind: "Link";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["LinkSpec"];
        };
        /** @description A connection between two sites or nodes, the same in both directions. */
        LinkSpec: {
            /** @description In each direction. */
            capacity: components["schemas"]["Bandwidth"];
            /** @description One way. */
            delay: components["schemas"]["Delay"];
            /** @description Out of service: nothing is put on it, and what was on it is planned anew. */
            down?: boolean;
            /** @description Two different sites or nodes. */
            ends: components["schemas"]["Name"][];
            jitter?: components["schemas"]["Delay"];
            loss?: components["schemas"]["Loss"];
            /** @description Who owns the link and is paid for it. */
            organization: components["schemas"]["Name"];
            /** @description Of what passes, or of what could have passed where bandwidth is held. */
            price: components["schemas"]["DataPrice"];
        };
        LinkTop: {
            capacity: components["schemas"]["Bandwidth"];
            link: components["schemas"]["Name"];
            used: components["schemas"]["Bandwidth"];
        };
        /** @description What a task wrote. */
        LogChunk: {
            /**
             * Format: uint64
             * @description Bytes before this chunk.
             */
            offset: number;
            task: components["schemas"]["TaskId"];
            /** @description Output and errors in the order written; bytes that are not UTF-8 are replaced. */
            text: string;
        };
        /** @description Logs from a site. The answer is empty. */
        LogUpload: {
            chunks: components["schemas"]["LogChunk"][];
        };
        Logs: {
            chunks: components["schemas"]["LogChunk"][];
            /** @description Give it back as `after` to get what follows. */
            cursor: string;
            /** @description The job has ended and there is nothing more. */
            done: boolean;
        };
        /**
         * @description A loss, as "0.01%".
         * @example 0.01%
         */
        Loss: string;
        /** @description A time at which nothing may run: work is placed around it, and what runs longer than thought is moved. */
        Maintenance: {
            from: components["schemas"]["Time"];
            /** @description Later than `from`. */
            to: components["schemas"]["Time"];
        };
        /** @description One path of a tunnel, as measured over the last fraction of a second. */
        MeasuredPath: {
            /** @description Classes of traffic that take it. */
            classes?: string[];
            network: components["schemas"]["Name"];
            peer: components["schemas"]["Name"];
            /** @description None: it is down. */
            quality?: components["schemas"]["PathQuality"] | null;
            /** Format: uint64 */
            received_bytes: number;
            /** Format: uint64 */
            sent_bytes: number;
        };
        /** @description What a resource is called. */
        Metadata: {
            /** @description At most 64, of at most 256 characters. */
            labels?: {
                [key: string]: string;
            };
            name: components["schemas"]["Name"];
            /** @description The project a job belongs to; other kinds have none. */
            project?: components["schemas"]["Name"] | null;
            /** @description For people, in any script: at most 120 characters. */
            title?: string | null;
        };
        /**
         * @description A amount of money, as "12.5CNY".
         * @example 12.5CNY
         */
        Money: string;
        /** @description 1 to 63 of a-z, 0-9 and -, starting and ending with a letter or digit. */
        Name: string;
        /** @description What the path between the user and the tasks must be, for the whole run. */
        NetworkNeed: {
            /** @description Held on every link of the path. */
            bandwidth?: components["schemas"]["Bandwidth"] | null;
            /** @description Greatest sum of the links' jitter. */
            jitter?: components["schemas"]["Delay"] | null;
            /** @description Greatest one-way delay. */
            latency?: components["schemas"]["Delay"] | null;
            /** @description The sandbox leaves the site's network reachable. Without it a task sees none. */
            open?: boolean;
            /** @description Where the user's side of the traffic is, behind an edge at `user`; left out: everything there. */
            prefix?: components["schemas"]["Prefix6"] | null;
        };
        /** @description Money that came in for an account, or went out. */
        NewDeposit: {
            /** @description Not `deposits`. */
            account: components["schemas"]["AccountId"];
            /** @description Below zero: paid out. */
            amount: components["schemas"]["Money"];
            /** @description The payment's own number, so that it is booked once: 1 to 200 visible ASCII characters. */
            id: string;
            /**
             * @description For people, at most 400 bytes.
             * @default
             */
            note?: string;
        };
        /** @description Who is right. */
        NewResolution: {
            /** Format: int64 */
            dispute: number;
            for: components["schemas"]["Side"];
            /** @description Why, at most 400 bytes. */
            note: string;
        };
        /** @description Undoes a transaction by its opposite. Once: again is no error and changes nothing. */
        NewReversal: {
            /** @description Why, at most 400 bytes. */
            note: string;
            /** @description The id of what is to be undone. */
            transaction: string;
        };
        NewToken: {
            /** @description For `edge` and `joiner`. */
            edge?: components["schemas"]["Name"] | null;
            name: components["schemas"]["Name"];
            /** @description For `member` and `viewer`. */
            project?: components["schemas"]["Name"] | null;
            role: components["schemas"]["Role"];
            /** @description For `agent`. */
            site?: components["schemas"]["Name"] | null;
            /** @description Left out: it does not end. */
            valid_for?: components["schemas"]["Span"] | null;
        };
        /** @description The token itself is shown this once and kept only as a hash. */
        NewTokenAnswer: {
            created: components["schemas"]["Time"];
            edge?: components["schemas"]["Name"] | null;
            expires?: components["schemas"]["Time"] | null;
            name: components["schemas"]["Name"];
            project?: components["schemas"]["Name"] | null;
            role: components["schemas"]["Role"];
            site?: components["schemas"]["Name"] | null;
            token: string;
        };
        NodeManifest: {
            /** @constant */
            apiVersion?: "jingwei/v1";
            /** @constant */
            kind: "Node";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["NodeSpec"];
        };
        /** @description A point of the network where no jobs run: a city, an exchange, a customer. */
        NodeSpec: {
            place: components["schemas"]["Coordinates"];
            region: components["schemas"]["Name"];
        };
        /** @description What "best" means for this job: a name, or weights on the three sums. */
        Objective: "cost" | "carbon" | "time" | {
            weights: components["schemas"]["Weights"];
        };
        /** @description Capacity of one kind that an owner sells at a site. */
        Offer: {
            accelerator?: components["schemas"]["Accelerator"] | null;
            arch: components["schemas"]["Arch"];
            carbon: components["schemas"]["CarbonIntensity"];
            /**
             * @description `hour` by arithmetic: for 10^15 operations a second over an hour, by precision; of flavors whose throughput is
             *     known.
             */
            compute_hour?: {
                bf16?: components["schemas"]["Money"];
                fp16?: components["schemas"]["Money"];
                fp32?: components["schemas"]["Money"];
                fp64?: components["schemas"]["Money"];
                fp8?: components["schemas"]["Money"];
                int64?: components["schemas"]["Money"];
                int8?: components["schemas"]["Money"];
            };
            /** @description What electricity costs and emits there now. */
            electricity: components["schemas"]["EnergyPrice"];
            flavor: components["schemas"]["Name"];
            /**
             * Format: uint32
             * @description Units that nobody holds now.
             */
            free: number;
            /**
             * @description One unit at work for an hour, with electricity and carbon of the whole facility: at the rates of now, and the
             *     least and the greatest of the next 24 hours.
             */
            hour: components["schemas"]["Money"];
            hour_least: components["schemas"]["Money"];
            hour_most: components["schemas"]["Money"];
            /** @description It can be had now: the site reports and takes new work. */
            open: boolean;
            /** @description The organization that is paid. */
            owner: components["schemas"]["Name"];
            pool: components["schemas"]["Name"];
            /** @description Of one unit, without electricity and carbon. */
            price: components["schemas"]["HourPrice"];
            region: components["schemas"]["Name"];
            site: components["schemas"]["Name"];
            /** @description Whether that throughput was measured or is the maker's. */
            throughput_source?: components["schemas"]["ThroughputSource"] | null;
            /**
             * Format: uint32
             * @description Units there are.
             */
            units: number;
        };
        /** @description What every owner has to sell now, as it follows from sites, pools and flavors. */
        Offers: {
            /** @description ISO 4217; of all prices. */
            currency: string;
            now: components["schemas"]["Time"];
            /** @description By site and pool. */
            offers: components["schemas"]["Offer"][];
        };
        OrganizationManifest: {
            /** @constant */
            apiVersion?: "jingwei/v1";
            /** @constant */
            kind: "Organization";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["OrganizationSpec"];
        };
        /** @description A legal body that owns, uses or pays. */
        OrganizationSpec: {
            /** @description What its projects without an account of their own spend; left out: they are billed later. */
            account?: components["schemas"]["AccountSpec"] | null;
            /** @description Whom to ask: a mail address or telephone number. */
            contact?: string | null;
            /** @description What the platform keeps of what it earns, at each settlement; left out: nothing. */
            fee?: components["schemas"]["Share"];
            /** @description The tax that its prices include, 0% to 100%; left out: none. What was charged before keeps the rate of then. */
            tax?: components["schemas"]["Share"];
            /** @description Vouchers that it issues, at most 1,000. Their names are their own among all organizations. */
            vouchers?: {
                [key: string]: components["schemas"]["VoucherSpec"];
            };
        };
        /** @description How a price or carbon intensity is known. */
        Origin: ("measured" | "estimated" | "forecast") | "stated" | "last_day";
        /** @description What the planner answers for one job. */
        Outcome: {
            placed: components["schemas"]["Decision"];
        } | {
            unplaced: {
                /** @description One for every site, each with the rule that refuses it. */
                candidates: components["schemas"]["Candidate"][];
                /** @description What little change to the order would do, if any. */
                nearest?: components["schemas"]["Alternative"] | null;
            };
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_AccountEntry: {
            cursor?: string | null;
            items: components["schemas"]["AccountEntry"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_AccountView: {
            cursor?: string | null;
            items: components["schemas"]["AccountView"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_Certificate: {
            cursor?: string | null;
            items: components["schemas"]["Certificate"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_ChargeRecord: {
            cursor?: string | null;
            items: components["schemas"]["ChargeRecord"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_ClearingView: {
            cursor?: string | null;
            items: components["schemas"]["ClearingView"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_DemandView: {
            cursor?: string | null;
            items: components["schemas"]["DemandView"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_Dispute: {
            cursor?: string | null;
            items: components["schemas"]["Dispute"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_Event: {
            cursor?: string | null;
            items: components["schemas"]["Event"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_JobSummary: {
            cursor?: string | null;
            items: components["schemas"]["JobSummary"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_JobView: {
            cursor?: string | null;
            items: components["schemas"]["JobView"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_LineReading: {
            cursor?: string | null;
            items: components["schemas"]["LineReading"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_ResourceView: {
            cursor?: string | null;
            items: components["schemas"]["ResourceView"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_SignalSeries: {
            cursor?: string | null;
            items: components["schemas"]["SignalSeries"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_TokenView: {
            cursor?: string | null;
            items: components["schemas"]["TokenView"][];
        };
        /** @description One page of a list. `cursor` is given back to get the next; none on the last page. */
        Page_of_UsageRecord: {
            cursor?: string | null;
            items: components["schemas"]["UsageRecord"][];
        };
        /** @description A path through the network and what is held on it. */
        PathChoice: {
            /** @description Held on every link; zero if only delay was asked for. */
            bandwidth: components["schemas"]["Bandwidth"];
            /** @description One way. */
            delay: components["schemas"]["Delay"];
            from: components["schemas"]["Name"];
            jitter: components["schemas"]["Delay"];
            /** @description In order from `from`; empty where both are the same place. */
            links: components["schemas"]["Name"][];
            to: components["schemas"]["Name"];
        };
        PathQuality: {
            jitter: components["schemas"]["Delay"];
            loss: components["schemas"]["Loss"];
            round_trip: components["schemas"]["Delay"];
        };
        /** @description What a pause costs, so that it is only made where it saves more. */
        Pauses: {
            /**
             * @description No interval is shorter: 1 minute to 24 hours.
             * @default 30m
             */
            least?: components["schemas"]["Span"];
            /**
             * @description What each interval after the first takes longer, to lay out the checkpoint and do again what it lacks: less than
             *     `least`.
             * @default 1m
             */
            overhead?: components["schemas"]["Span"];
        };
        Phase: ("running" | "ended") | "starting";
        /** @description What all jobs that wait or can still move would get if they were planned anew together; nothing is changed. */
        PlanAllAnswer: {
            /** @description No way of giving all these jobs their places could score less. None where the plan leaves some without. */
            bound?: components["schemas"]["Money"] | null;
            /** @description The same of the plan, of all jobs that it gives a place; data moves are counted at their least. */
            cost: components["schemas"]["Money"];
            /** @description The sum of the scores of what is held now, of the jobs that hold something. */
            cost_before: components["schemas"]["Money"];
            /**
             * Format: double
             * @description How far at most what is held now is above the cheapest possible, in percent. None where some jobs wait.
             */
            gap_before_pct?: number | null;
            /**
             * Format: double
             * @description The same of the plan.
             */
            gap_pct?: number | null;
            jobs: components["schemas"]["PlannedJob"][];
            /** @description Jobs that keep what they have: they run beyond what is planned together, go on from a checkpoint, or fit nowhere. */
            left_out?: components["schemas"]["JobKey"][];
            /** @description The time for which it was planned. */
            now: components["schemas"]["Time"];
        };
        /** @description What would happen; nothing is changed. */
        PlanAnswer: {
            key: components["schemas"]["JobKey"];
            /** @description The kind of its tasks, and what it was seen by: "training (`torchrun`), accelerator bound (8 accelerators a task)". */
            kind?: string | null;
            /** @description The time for which it was planned. */
            now: components["schemas"]["Time"];
            outcome: components["schemas"]["Outcome"];
        };
        /** @description One of the jobs that are planned together. */
        PlannedJob: {
            /** @description What it would get; none if it would wait. */
            after?: components["schemas"]["PlannedPlace"] | null;
            /** @description What it holds now; none if it waits. */
            before?: components["schemas"]["PlannedPlace"] | null;
            key: components["schemas"]["JobKey"];
        };
        PlannedPlace: {
            end: components["schemas"]["Time"];
            pool: components["schemas"]["Name"];
            site: components["schemas"]["Name"];
            start: components["schemas"]["Time"];
        };
        /** @description The rules in force. */
        Policies: {
            files: components["schemas"]["PolicyFile"][];
        };
        PolicyFile: {
            name: string;
            /** @description Cedar. */
            text: string;
        };
        PoolManifest: {
            /** @constant */
            apiVersion?: "jingwei/v1";
            /** @constant */
            kind: "Pool";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["PoolSpec"];
        };
        /** @description Schedulable capacity: so many units of one flavor at one site. */
        PoolSpec: {
            flavor: components["schemas"]["Name"];
            /** @description Of one unit, without electricity. */
            price: components["schemas"]["HourPrice"];
            site: components["schemas"]["Name"];
            /** Format: uint32 */
            units: number;
            /**
             * Format: uint32
             * @description Units in one machine: the most that one task can have. Left out: all of them.
             */
            units_per_node?: number | null;
        };
        PoolTop: {
            flavor: components["schemas"]["Name"];
            pool: components["schemas"]["Name"];
            /** Format: uint32 */
            units: number;
            /** Format: uint32 */
            used: number;
        };
        PostingView: {
            account: components["schemas"]["AccountId"];
            amount: components["schemas"]["Money"];
        };
        /**
         * @description A power, as "2.5kW".
         * @example 2.5kW
         */
        Power: string;
        /** @example 2001:db8:1::/64 */
        Prefix6: string;
        /** @description One scarce thing and what it costs this job. */
        PriceLine: {
            amount: components["schemas"]["Money"];
            kind: components["schemas"]["LineKind"];
            /** @description "1.5CNY/h"; a mean where the price changes over the run. */
            price: string;
            /** @description Who is paid; none for what is not billed. */
            provider?: components["schemas"]["Name"] | null;
            /** @description "16 unit x 2h", "3.2kWh", "120GB". */
            quantity: string;
            /** @description What is priced: the pool, the link, the site, the dataset. */
            what: components["schemas"]["Name"];
        };
        /** @description RFC 9457 problem details. */
        Problem: {
            /** @description The nearest order that could be met. */
            alternative?: components["schemas"]["Alternative"] | null;
            /** @description Each site with the rule that refuses it. */
            candidates?: components["schemas"]["Candidate"][];
            /** @description What was wrong and what would be right. */
            detail: string;
            /** @description Each wrong field. */
            errors?: components["schemas"]["Invalid"][];
            /** @description The rule that denied it. */
            rule?: string | null;
            /** Format: uint16 */
            status: number;
            title: string;
            /** @description `urn:jingwei:problem:` and the code; stable. */
            type: string;
        };
        Program: {
            command: string[];
        } | {
            script: string;
        };
        /** @description What is done of a job that may be paused. */
        Progress: {
            /**
             * Format: uint32
             * @description Intervals of the present decision that are over.
             * @default 0
             */
            intervals?: number;
            /**
             * @description What was charged for them.
             * @default 0CNY
             */
            paid?: components["schemas"]["Money"];
            /**
             * @description Of the run time, what earlier runs have done; the next goes on from there.
             * @default 0ms
             */
            worked?: components["schemas"]["Span"];
        };
        ProjectManifest: {
            /** @constant */
            apiVersion?: "jingwei/v1";
            /** @constant */
            kind: "Project";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["ProjectSpec"];
        };
        /** @description What jobs are charged to. */
        ProjectSpec: {
            /**
             * @description What its jobs spend, held when they get a place; left out: its organization's account, or, where that has none
             *     either, it is billed later.
             */
            account?: components["schemas"]["AccountSpec"] | null;
            /** @description The most that all its jobs together may cost; left out: no limit. */
            allocation?: components["schemas"]["Money"] | null;
            /** @description Ed25519 public keys of its meters, in Base64; where there are any, usage events for it need a signature. */
            meters?: string[];
            /** @description Who pays. */
            organization: components["schemas"]["Name"];
        };
        /**
         * @description A PUE, as "1.2".
         * @example 1.2
         */
        Pue: string | number;
        /** @description What a transaction of the ledger is for. */
        Purpose: "charge" | "deposit" | "reversal" | "voucher" | "settlement" | "dispute";
        /**
         * @description How a value came to be known. Ordered: a later one replaces an earlier one.
         * @enum {string}
         */
        Quality: "forecast" | "estimated" | "measured";
        /** @description An offer made for one job: what its decision names is held until the quote expires, or for good once it is ordered. */
        Quote: {
            /** @description Nothing starts before, nothing is held after, unless it is ordered. */
            expires: components["schemas"]["Time"];
            ordered?: components["schemas"]["Time"] | null;
            /**
             * Format: uint32
             * @description Times it was prolonged.
             */
            refreshed?: number;
            /** @description The most that is paid for the run time quoted. */
            total: components["schemas"]["Money"];
            /** @description What was ordered was lost, or its run failed: it is planned anew, at the prices of that day. */
            void?: boolean;
        };
        /** @description What capacity costs an hour, without electricity. */
        Rates: {
            /**
             * @description One accelerator of a model that `accelerators` does not name.
             * @default 0CNY/h
             */
            accelerator?: components["schemas"]["HourPrice"];
            /** @description One accelerator, by model. */
            accelerators?: {
                [key: string]: components["schemas"]["HourPrice"];
            };
            /**
             * @description One core.
             * @default 0CNY/h
             */
            core?: components["schemas"]["HourPrice"];
        };
        /** @description How far every place is from one, by the least delay over links that are in service. */
        Reach: {
            from: components["schemas"]["Name"];
            /** @description Sites and nodes, by name. */
            places: components["schemas"]["ReachPlace"][];
            /** @description As if these links were cut. */
            without?: components["schemas"]["Name"][];
        };
        ReachPlace: {
            /** @description The links of the way there, the first one first. */
            path?: components["schemas"]["Name"][];
            place: components["schemas"]["Name"];
            /** @description There and back; none where no path leads. */
            round_trip?: components["schemas"]["Delay"] | null;
        };
        /** @description The rule that refuses a site, and the figures behind it. */
        Refusal: {
            /** @description For people: "needs 64 units, the largest pool has 32". */
            detail: string;
            rule: components["schemas"]["Rule"];
        };
        /** @description Where it may run, by the region of the site. */
        Regions: {
            /** @description Empty: everywhere. */
            allow?: components["schemas"]["Name"][];
            forbid?: components["schemas"]["Name"][];
        };
        /**
         * @description How well the network withstands failures, with the parts that its grade follows from. Pairs are of any two places, and
         *     links that are down do not count.
         */
        Resilience: {
            /**
             * Format: uint32
             * @description Groups of places that reach each other.
             */
            components: number;
            grade: components["schemas"]["ResilienceGrade"];
            /**
             * Format: uint64
             * @description Weak links and places beyond those listed.
             */
            more_weak: number;
            /**
             * Format: uint32
             * @description Sites and nodes.
             */
            places: number;
            /**
             * Format: double
             * @description Pairs whose packets arrive whichever link fails, by the repairs installed ahead where it hits them; in percent.
             */
            protected_links_pct: number;
            /**
             * Format: double
             * @description The same whichever place between them fails.
             */
            protected_nodes_pct: number;
            /**
             * @description How much later than the packet before it one can arrive that takes a repair, at most. What the place that sees the
             *     failure takes to switch comes on top: `jw net lab bench` measures it.
             */
            repair_delay_max: components["schemas"]["Delay"];
            /**
             * Format: uint32
             * @description Segments of a repair, at most.
             */
            segments_max: number;
            /** Format: double */
            stretch_max: number;
            /**
             * Format: double
             * @description How many times as long repaired ways are, in the mean and at most.
             */
            stretch_mean: number;
            /** @description Links whose failure parts places, the worst first. */
            weak_links?: components["schemas"]["WeakPoint"][];
            /** @description Places whose failure parts others, the worst first. */
            weak_places?: components["schemas"]["WeakPoint"][];
            /** @description As if these links were cut. */
            without?: components["schemas"]["Name"][];
            /**
             * Format: double
             * @description Pairs that are still served after the failure of the link that parts most, in percent.
             */
            worst_served_pct: number;
        };
        /**
         * @description From best to worst.
         * @enum {string}
         */
        ResilienceGrade: "A" | "B" | "C" | "D" | "E";
        /** @description A stored resource of any kind but Job. */
        ResourceView: {
            created: components["schemas"]["Time"];
            kind: components["schemas"]["Kind"];
            metadata: components["schemas"]["Metadata"];
            /** @description As its manifest's spec. */
            spec: unknown;
            /** @description Of a site: what its agent reports. */
            status?: components["schemas"]["SiteStatus"] | null;
            updated: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Goes up by one with every change; also in the ETag.
             */
            version: number;
        };
        /** @description What one task needs, and the alternatives that are as good. */
        Resources: {
            /** Format: uint32 */
            accelerators?: number;
            /** @description Flavors that will do; the prices choose. Empty: every flavor that has what is asked. */
            any_of?: components["schemas"]["Choice"][];
            /** @default 1 */
            cores?: components["schemas"]["Cores"];
            /** @default 256MiB */
            memory?: components["schemas"]["Bytes"];
        };
        /** @description What comes out, and where it has to go. */
        ResultSpec: {
            /**
             * @description Keep what the tasks leave in `JINGWEI_RESULT` as this dataset, owned by the project's organization. Its bytes
             *     go to `to`, which has to be a site that keeps data.
             */
            dataset?: components["schemas"]["Name"] | null;
            size: components["schemas"]["Bytes"];
            /** @description A site or node. */
            to: components["schemas"]["Name"];
        };
        /** @description Who a token speaks for. */
        Role: "admin" | "operator" | "member" | "viewer" | "agent" | "edge" | "joiner";
        /** @description How far sites are from each other, by the least delay over links that are in service. */
        RoundTrips: {
            /**
             * Format: uint64
             * @description Pairs of sites that no path joins.
             */
            cut_off: number;
            /**
             * Format: uint
             * @description Sites beyond these, that have no row.
             */
            more_sites: number;
            /** @description By row and column, there and back; null where no path leads. */
            round_trips: (components["schemas"]["Delay"] | null)[][];
            /** @description By name: those of the rows and columns. */
            sites: components["schemas"]["Name"][];
            /** @description As if these links were cut. */
            without?: components["schemas"]["Name"][];
            /** @description The two sites furthest from each other, of all that a path joins. */
            worst?: components["schemas"]["SitePair"] | null;
        };
        /** @description Why a site cannot take a job. Ordered: a later rule got further. */
        Rule: ("latency" | "jitter") | "region" | "admission" | "offline" | "capability" | "flavor" | "size" | "no_path" | "replica" | "bandwidth" | "capacity" | "deadline" | "carbon_cap" | "budget";
        /** @description How well a task is shut in, best first. */
        SandboxLevel: "namespaces_and_cgroup" | "namespaces" | "cgroup" | "rlimit" | "container" | "engine";
        /** @description Data of a job that is kept at sites. */
        Saved: {
            at: components["schemas"]["Name"][];
            content: components["schemas"]["Content"];
            size: components["schemas"]["Bytes"];
            time: components["schemas"]["Time"];
        };
        /** @description A folder of a job that became content. */
        SavedFolder: {
            /** Format: uint32 */
            attempt: number;
            content: components["schemas"]["Content"];
            folder: components["schemas"]["JobFolder"];
            job: components["schemas"]["JobKey"];
            size: components["schemas"]["Bytes"];
            time: components["schemas"]["Time"];
        };
        /** @description By which rules a certificate was made. */
        Scheme: "gc" | "gec";
        /** @description Metrics of level L1: 10 is best. */
        ScoreParts: {
            /**
             * Format: uint8
             * @description The part of the instance that is free.
             */
            compute: number;
            /**
             * Format: uint8
             * @description The path, by its delay, jitter and loss.
             */
            network: number;
            /**
             * Format: uint8
             * @description The time that the instance takes for a flow.
             */
            service: number;
        };
        /** @description What the packets of a service need of the paths that they take. */
        ServiceClass: "reliable" | "low-delay" | "secure" | "bulk";
        /** @description One place that gives a service: a contact instance. */
        ServiceInstance: {
            /**
             * Format: ipv6
             * @description Where it is there.
             */
            address: string;
            /**
             * Format: uint32
             * @description Flows that it serves at once while nothing else runs there.
             * @default 100
             */
            capacity?: number;
            /** @description The edge it is behind. */
            edge: components["schemas"]["Name"];
            name: components["schemas"]["Name"];
            /** @description The pool it shares a machine with: what jobs use of it, the instance does not have. */
            pool?: components["schemas"]["Name"] | null;
            /**
             * @description How long it serves one.
             * @default 10ms
             */
            service_time?: components["schemas"]["Delay"];
        };
        ServiceManifest: {
            /** @constant */
            apiVersion?: "jingwei/v1";
            /** @constant */
            kind: "Service";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["ServiceSpec"];
        };
        /** @description What is asked for by one address and given by several instances. Edges lead new flows to the one that is best. */
        ServiceSpec: {
            /**
             * Format: ipv6
             * @description Its anycast address, the CS-ID: every instance answers to it.
             */
            address: string;
            /**
             * @description What its packets need.
             * @default reliable
             */
            class?: components["schemas"]["ServiceClass"];
            /**
             * Format: uint32
             * @description New flows a second that are expected in all: what one instance cannot serve goes to several.
             * @default 1
             */
            flows?: number;
            instances: components["schemas"]["ServiceInstance"][];
        };
        /** @description A service as people see it. */
        ServiceView: {
            /** Format: ipv6 */
            address: string;
            class: components["schemas"]["ServiceClass"];
            /**
             * Format: uint32
             * @description New flows a second that are expected.
             */
            flows: number;
            instances: components["schemas"]["InstanceView"][];
            name: components["schemas"]["Name"];
            /** @description By edge that joined, how its new flows are led, and why. */
            steering: components["schemas"]["SteeredEdge"][];
        };
        Services: {
            items: components["schemas"]["ServiceView"][];
        };
        /** @description What a settlement moved, or would move. */
        Settlement: {
            at: components["schemas"]["Time"];
            dry_run: boolean;
            /** @description One an organization. */
            rows: components["schemas"]["SettlementRow"][];
        };
        SettlementRow: {
            /** @description As owner of what others used, since the last settlement. */
            earned: components["schemas"]["Money"];
            /** @description Of that, what the platform keeps. */
            fee: components["schemas"]["Money"];
            /** @description Earned, less fee and spent. */
            net: components["schemas"]["Money"];
            organization: components["schemas"]["Name"];
            /** @description All that it is to be paid now, or is to pay where it is below zero. */
            owed: components["schemas"]["Money"];
            /** @description By it and its projects, where they have no account and are billed later. */
            spent: components["schemas"]["Money"];
            /** @description None where there was nothing to move. */
            transaction?: string | null;
        };
        /**
         * @description A share, as "50%".
         * @example 50%
         */
        Share: string;
        /** @description The two sides of a charge. */
        Side: "provider" | "consumer";
        /** @description What a series tells of a site, hour by hour. */
        Signal: "carbon" | "price" | "carbon_free" | "meter" | "stored" | "marginal_price" | "marginal_carbon";
        /** @description One hour of a series. */
        SignalPoint: {
            /** @description A full hour. */
            hour: components["schemas"]["Time"];
            quality: components["schemas"]["Quality"];
            /**
             * Format: int64
             * @description In the signal's unit.
             */
            value: number;
        };
        /** @description A series of a site as it is known. */
        SignalSeries: {
            /** @description When that was told. */
            at: components["schemas"]["Time"];
            points: components["schemas"]["SignalPoint"][];
            signal: components["schemas"]["Signal"];
            site: components["schemas"]["Name"];
            /** @description Of the newest point. */
            source: string;
        };
        /** @description Points of a series of a site. */
        SignalUpload: {
            /** @description 1 to 20,000, each of another hour. */
            points: components["schemas"]["SignalPoint"][];
            signal: components["schemas"]["Signal"];
            /** @description Where they come from, for people: 1 to 200 characters. */
            source: string;
        };
        /** @description What an agent says of its site. */
        SiteAbout: {
            /**
             * @default {
             *       "accelerators": false,
             *       "accounts": false,
             *       "arrays": false,
             *       "containers": false,
             *       "data": false,
             *       "energy": false,
             *       "fences": false,
             *       "gangs": false,
             *       "preemption": false,
             *       "suspend": false
             *     }
             */
            can?: components["schemas"]["Capabilities"];
            /** @default  */
            driver?: string;
            /** @description The engine and its version: "slurm 22.05.8", or nothing. */
            engine?: string;
            measured?: {
                bf16?: components["schemas"]["Throughput"];
                fp16?: components["schemas"]["Throughput"];
                fp32?: components["schemas"]["Throughput"];
                fp64?: components["schemas"]["Throughput"];
                fp8?: components["schemas"]["Throughput"];
                int64?: components["schemas"]["Throughput"];
                int8?: components["schemas"]["Throughput"];
            };
            /** @description What the engine has, to be published as pools. Empty where the operator describes the pools. */
            pools?: components["schemas"]["FoundPool"][];
            /** @default  */
            sandbox?: string;
            /** @description Where it keeps data; has to be what the site's manifest says. */
            storage?: string | null;
        };
        /** @description What electricity costs and emits at a site over time. */
        SiteEnergy: {
            now: components["schemas"]["Time"];
            /** @description One after the other, without gaps. */
            points: components["schemas"]["EnergyPoint"][];
            site: components["schemas"]["Name"];
            /** @description Series that have ended: a forecast, or the last day that is known, stands in for them. */
            stale?: components["schemas"]["Signal"][];
        };
        SiteManifest: {
            /** @constant */
            apiVersion?: "jingwei/v1";
            /** @constant */
            kind: "Site";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["SiteSpec"];
        };
        SitePair: {
            from: components["schemas"]["Name"];
            round_trip: components["schemas"]["Delay"];
            to: components["schemas"]["Name"];
        };
        SitePower: {
            /** @description The most the whole facility may draw. */
            cap: components["schemas"]["Power"];
        };
        /** @description A place with resources, its electricity and its carbon. */
        SiteSpec: {
            /** @description Whether new work is put here. */
            admission?: components["schemas"]["Admission"];
            carbon: components["schemas"]["CarbonSource"];
            /** @description What else is known of its electricity. */
            electricity?: components["schemas"]["Electricity"] | null;
            /** @description Times at which nothing may run here. */
            maintenance?: components["schemas"]["Maintenance"][];
            /** @description Who owns the site and is paid for it. */
            organization: components["schemas"]["Name"];
            place: components["schemas"]["Coordinates"];
            /** @description Limits on what the site may draw. */
            power?: components["schemas"]["SitePower"] | null;
            /** @description Facility energy over IT energy, 1 to 5. */
            pue: components["schemas"]["Pue"];
            /** @description Prices of pools that the site's agent finds and publishes; a pool can be given another price later. */
            rates?: components["schemas"]["Rates"] | null;
            /** @description The geography that `regions.allow` and `regions.forbid` of a job speak of. */
            region: components["schemas"]["Name"];
            /**
             * @description Object storage that holds the site's copies of datasets, reachable from the other sites: "s3://bucket/prefix",
             *     "file:///folder". Who may use it is known to the agents alone.
             */
            storage?: string | null;
            tariff: components["schemas"]["Tariff"];
            /** @description IANA name of the time zone in which the tariff's hours are meant. */
            time_zone: string;
        };
        SiteStatus: {
            /**
             * @default {
             *       "accelerators": false,
             *       "accounts": false,
             *       "arrays": false,
             *       "containers": false,
             *       "data": false,
             *       "energy": false,
             *       "fences": false,
             *       "gangs": false,
             *       "preemption": false,
             *       "suspend": false
             *     }
             */
            can?: components["schemas"]["Capabilities"];
            /** @description It came and went too often: nothing new is put here until then. */
            damped_until?: components["schemas"]["Time"] | null;
            /** @description The data kept there, as last reported. */
            data?: components["schemas"]["DataReport"] | null;
            /** @description "slurm 22.05.8", "kubernetes v1.20.2", or nothing. */
            engine?: string;
            /** @description The engine cannot be asked, and why. */
            engine_away?: string | null;
            /** Format: int64 */
            generation: number;
            last_seen?: components["schemas"]["Time"] | null;
            /** @description Measured by the agent on its machine, of one core. */
            measured?: {
                bf16?: components["schemas"]["Throughput"];
                fp16?: components["schemas"]["Throughput"];
                fp32?: components["schemas"]["Throughput"];
                fp64?: components["schemas"]["Throughput"];
                fp8?: components["schemas"]["Throughput"];
                int64?: components["schemas"]["Throughput"];
                int8?: components["schemas"]["Throughput"];
            };
            online: boolean;
            /** @description What the agent said of its sandbox: "namespaces+cgroup". */
            sandbox?: string;
            /** @description Where its agent keeps data. If that is not the `storage` of the site's manifest, the site takes no data. */
            storage?: string | null;
        };
        SiteTop: {
            carbon: components["schemas"]["CarbonIntensity"];
            /** @description What runs there emits in an hour, at the intensity of now. */
            carbon_per_hour: components["schemas"]["Carbon"];
            /** @description Of a kWh now, in the tariff. */
            energy_price: components["schemas"]["EnergyPrice"];
            /**
             * Format: uint64
             * @description Jobs dispatched or running there.
             */
            jobs: number;
            /** @description When its agent last reported. */
            last_seen?: components["schemas"]["Time"] | null;
            online: boolean;
            pools: components["schemas"]["PoolTop"][];
            /** @description Of the facility, by what runs. */
            power: components["schemas"]["Power"];
            site: components["schemas"]["Name"];
        };
        /** @description What a job has come to: what was charged, and what its present run would be charged if it ended now. */
        SoFar: {
            carbon: components["schemas"]["Carbon"];
            cost: components["schemas"]["Money"];
            /** @description Of the whole facility: by the flavor's power until the run's own is measured. */
            energy: components["schemas"]["Energy"];
            until: components["schemas"]["Time"];
        };
        Source: {
            site: components["schemas"]["Name"];
            /** @description The site's object storage. */
            storage: string;
        };
        /**
         * @description A length of time, as "6h".
         * @example 6h
         */
        Span: string;
        SteeredEdge: {
            edge: components["schemas"]["Name"];
            shares: components["schemas"]["SteeredShare"][];
            /** @description "nearest and least loaded by 4.1 ms", for people. */
            why: string;
        };
        SteeredShare: {
            /**
             * Format: double
             * @description One way from the edge, with what is lost sent again, in milliseconds; none where no path leads.
             */
            delay_ms?: number | null;
            /**
             * Format: uint64
             * @description Flows that the edge leads to it now, as it last told.
             * @default 0
             */
            flows?: number;
            instance: components["schemas"]["Name"];
            /** @description The metrics of level L1 that it is made of, each 0 to 10. */
            parts?: components["schemas"]["ScoreParts"] | null;
            /**
             * Format: uint8
             * @description Metric level L2 (draft-ietf-cats-metric-definition): 0 to 10.
             */
            score?: number | null;
            /**
             * Format: double
             * @description Of it, at the instance: being served, and waiting for that.
             */
            service_ms?: number | null;
            /**
             * Format: double
             * @description Of the edge's new flows, in percent.
             */
            share_pct: number;
            /**
             * Format: double
             * @description There and back, waiting and served, as expected for a new flow, in milliseconds.
             */
            total_ms?: number | null;
            /** Format: double */
            wait_ms?: number | null;
        };
        /** @description Sun, wind or the like. */
        Supply: {
            /** @description The part of it that is expected, 24 values, midnight first, in the site's own time; left out: all of it all day. */
            by_hour?: components["schemas"]["Share"][];
            /** @description What it gives at most. */
            power: components["schemas"]["Power"];
            /** @description Of a kWh under contract. What is the site's own has none. */
            price?: components["schemas"]["EnergyPrice"] | null;
            technology: components["schemas"]["Technology"];
        };
        /** @description The whole set of what a site should have. What is not in it is stopped. */
        Target: {
            assignments: components["schemas"]["Assignment"][];
            /** @description Data that no longer counts as a copy: the site may delete it. */
            drop?: components["schemas"]["Content"][];
            /** @description Data that has to be at the site. */
            fetch?: components["schemas"]["Fetch"][];
            /**
             * Format: int64
             * @description A site refuses a target older than the newest it has accepted.
             */
            generation: number;
        };
        /** @description What a kWh costs, by month and hour of the site's own time. */
        Tariff: {
            /** @description Each month of the year in exactly one season. */
            seasons: components["schemas"]["TariffSeason"][];
            /** @description Where the figures come from: a notice's number, a URL, a contract. */
            source?: string | null;
        };
        TariffSeason: {
            bands?: components["schemas"]["HourBand"][];
            /** @description 1 to 12; left out: every month. */
            months?: number[];
            /** @description The price in hours that no band names. */
            price: components["schemas"]["EnergyPrice"];
        };
        /**
         * @description One run of one task: `project.job.index.attempt`. A new attempt is a new identity, so a late report of an
         *     old one can never be taken for the new one. Safe as a file name.
         */
        TaskId: string;
        /** @description What a site knows of one task. */
        TaskStatus: {
            ended?: components["schemas"]["Time"] | null;
            /** @description Set once it has ended. */
            exit?: components["schemas"]["Exit"] | null;
            id: components["schemas"]["TaskId"];
            /** @description What the engine calls it and says of it, for people: "slurm 4711_3, waits for Resources". */
            note?: string;
            phase: components["schemas"]["Phase"];
            sandbox?: components["schemas"]["SandboxLevel"] | null;
            started?: components["schemas"]["Time"] | null;
            /**
             * @default {
             *       "cpu": "0ms",
             *       "energy": "0mJ",
             *       "peak_memory": "0B"
             *     }
             */
            usage?: components["schemas"]["Usage"];
        };
        /**
         * @description What the electricity was made from.
         * @enum {string}
         */
        Technology: "solar" | "wind" | "hydro" | "geothermal" | "biomass" | "nuclear";
        /**
         * @description A throughput, as "19.5TFLOP/s".
         * @example 19.5TFLOP/s
         */
        Throughput: string;
        ThroughputSource: "measured" | "rated";
        /**
         * @description A point in time, RFC 3339.
         * @example 2026-03-01T08:00:00+08:00
         */
        Time: string;
        TokenView: {
            created: components["schemas"]["Time"];
            edge?: components["schemas"]["Name"] | null;
            expires?: components["schemas"]["Time"] | null;
            name: components["schemas"]["Name"];
            project?: components["schemas"]["Name"] | null;
            role: components["schemas"]["Role"];
            site?: components["schemas"]["Name"] | null;
        };
        /** @description How full everything is now. */
        Top: {
            /** @description What runs emits in an hour, at the intensities of now. */
            carbon_per_hour: components["schemas"]["Carbon"];
            /** @description More jobs ran then than are looked at. */
            incomplete?: boolean;
            jobs: {
                [key: string]: number;
            };
            links: components["schemas"]["LinkTop"][];
            /** @description Of a kWh now, in the middle of all sites by order of price. */
            median_energy_price?: components["schemas"]["EnergyPrice"] | null;
            now: components["schemas"]["Time"];
            /**
             * @description It tells of a time in the past, by the jobs that ran then (their last attempts) in the world of today. What
             *     waited, which sites were online and what moved data then is not kept.
             */
            past?: boolean;
            sites: components["schemas"]["SiteTop"][];
        };
        /** @description A transaction: its postings sum to zero. */
        TransactionView: {
            at: components["schemas"]["Time"];
            id: string;
            /** @description Whose work. */
            job?: components["schemas"]["JobKey"] | null;
            note?: string;
            postings: components["schemas"]["PostingView"][];
            purpose: components["schemas"]["Purpose"];
        };
        /** @description Data that moves for a job, at a bandwidth held for it. */
        Transfer: {
            /** @description The dataset, or none for the job's result. */
            dataset?: components["schemas"]["Name"] | null;
            path: components["schemas"]["PathChoice"];
            size: components["schemas"]["Bytes"];
            span: components["schemas"]["Span"];
            start: components["schemas"]["Time"];
        };
        /** @description A job with a path that no edge leads. */
        UnledJob: {
            job: components["schemas"]["JobKey"];
            why: string;
        };
        /** @description A run without pauses, to compare with. */
        Unpaused: {
            carbon: components["schemas"]["Carbon"];
            end: components["schemas"]["Time"];
            score: components["schemas"]["Money"];
            site: components["schemas"]["Name"];
            start: components["schemas"]["Time"];
            total: components["schemas"]["Money"];
        };
        /** @description What a task has used so far. */
        Usage: {
            /**
             * @description Processor time.
             * @default 0ms
             */
            cpu?: components["schemas"]["Span"];
            /**
             * @description Of the IT equipment; an estimate from power and time where nothing measures it.
             * @default 0mJ
             */
            energy?: components["schemas"]["Energy"];
            /** @default 0B */
            peak_memory?: components["schemas"]["Bytes"];
        };
        /** @description What became of usage events. */
        UsageAnswer: {
            /** @description Disputes that they opened or changed. */
            disputes: components["schemas"]["Dispute"][];
            /**
             * Format: uint32
             * @description Those that had come before, with the same content.
             */
            known: number;
            /** @description What the new ones come to. */
            rated: components["schemas"]["Money"];
            /**
             * Format: uint32
             * @description New ones.
             */
            taken: number;
        };
        /** @description What a meter read. */
        UsageData: {
            end: components["schemas"]["Time"];
            /** @description The kind of price line that it is a reading for. */
            meter: components["schemas"]["LineKind"];
            quantity: components["schemas"]["UsageQuantity"];
            /** @description What was metered lies between these. */
            start: components["schemas"]["Time"];
            /** @description The pool, site, link or dataset of that line; may be left out where the job has one line of the kind. */
            what?: components["schemas"]["Name"] | null;
        };
        /**
         * @description How much: an integer in base units (milliseconds of a unit, mJ, µg of CO2, bytes), at most 10^18, or a text as `2h`,
         *     `3.2kWh`, `0.5kgCO2`, `120GB`.
         */
        UsageQuantity: number | string;
        /** @description A usage event as it was taken. */
        UsageRecord: {
            /**
             * Format: uint32
             * @description Which run of the job.
             */
            attempt: number;
            end: components["schemas"]["Time"];
            /** @description Its own among all of its source. */
            id: string;
            job: components["schemas"]["JobKey"];
            /** @description The kind of price line that it is a reading for. */
            meter: components["schemas"]["LineKind"];
            /**
             * Format: int64
             * @description One more than the event before.
             */
            number: number;
            /**
             * Format: uint64
             * @description In base units of the kind: milliseconds of a unit, mJ, µg of CO2, bytes. At most [`QUANTITY_MOST`].
             */
            quantity: number;
            /** @description What it comes to at the price of its line; none where the job has no such line. */
            rated?: components["schemas"]["Money"] | null;
            /** @description When it came. */
            received: components["schemas"]["Time"];
            side: components["schemas"]["Side"];
            /** @description A key that its site or project names has signed it. */
            signed?: boolean;
            /** @description Whose meter: `/sites/NAME` or `/projects/NAME`, and what comes after it. */
            source: string;
            /** @description What was metered lies between these. */
            start: components["schemas"]["Time"];
            /** @description As it was sent: the job, or one of its tasks. */
            subject: string;
            /** @description The pool, site, link or dataset of that line. */
            what: components["schemas"]["Name"];
        };
        /** @description A share of what jobs cost, paid by who issues it (算力券). */
        VoucherSpec: {
            /** @description All that it ever pays. It is the issuer's money, set aside. */
            budget: components["schemas"]["Money"];
            /** @description Of a job's price, more than 0 % and at most 100 %. */
            covers: components["schemas"]["Share"];
            /** @description From then on it pays for no new place; left out: never. */
            expires?: components["schemas"]["Time"] | null;
            /** @description Only for projects of these organizations, or of `projects`. */
            organizations?: components["schemas"]["Name"][];
            /** @description Only for these projects; left out, and `organizations` too: for all. */
            projects?: components["schemas"]["Name"][];
        };
        /**
         * @description A volume of water, as "1.5m3".
         * @example 1.5m3
         */
        Water: string;
        /**
         * @description A water for a kWh, as "1.8L/kWh".
         * @example 1.8L/kWh
         */
        WaterIntensity: string;
        /** @description What an edge counted of a way since it has it. */
        WayCount: {
            /**
             * Format: uint64
             * @default 0
             */
            came_bytes?: number;
            /**
             * Format: uint64
             * @description Of it, what came to its segment here.
             * @default 0
             */
            came_packets?: number;
            /**
             * Format: uint64
             * @description Not sent, because they were more than its bandwidth.
             * @default 0
             */
            dropped_packets?: number;
            /**
             * Format: uint64
             * @default 0
             */
            sent_bytes?: number;
            /**
             * Format: uint64
             * @description Sent into it here; bytes with the header that leads them.
             * @default 0
             */
            sent_packets?: number;
        };
        WayOption: {
            /** @description One way. */
            delay: components["schemas"]["Delay"];
            /** @description What is free now on the link with the least. */
            free: components["schemas"]["Bandwidth"];
            jitter: components["schemas"]["Delay"];
            /** @description In order from where it begins. */
            links: components["schemas"]["Name"][];
            /** @description The link with the least. */
            narrowest?: components["schemas"]["Name"] | null;
            price: components["schemas"]["DataPrice"];
            verdict: components["schemas"]["WayVerdict"];
        };
        /** @description Why a way is taken, or is not. */
        WayVerdict: "taken" | "dearer" | "too-slow" | "too-full";
        /** @description The way of jobs' packets from one edge, as people see it. */
        WayView: {
            /** @description Zero: not shaped. */
            bandwidth: components["schemas"]["Bandwidth"];
            /**
             * Format: uint64
             * @description What came to its end.
             */
            came_bytes: number;
            class: components["schemas"]["ServiceClass"];
            /** @description Along the tunnels that it takes, as they are measured now; none while one of them is down. */
            delay?: components["schemas"]["Delay"] | null;
            /** Format: uint64 */
            dropped_packets: number;
            /** @description Those whose packets it leads: they cannot be told apart. */
            jobs: components["schemas"]["JobKey"][];
            /** @description As they were decided, from here. */
            links: components["schemas"]["Name"][];
            loss?: components["schemas"]["Loss"] | null;
            /** Format: uint16 */
            number: number;
            /** @description Edges that it passes. */
            over?: components["schemas"]["Name"][];
            /** @description One way, as it was decided. */
            planned_delay: components["schemas"]["Delay"];
            /** Format: uint64 */
            sent_bytes: number;
            to: components["schemas"]["Name"];
        };
        /** @description The ways from one place to another that are worth having: none is both cheaper and faster. */
        Ways: {
            /** @description Asked for; none: any. */
            bandwidth?: components["schemas"]["Bandwidth"] | null;
            from: components["schemas"]["Name"];
            /** @description The cheapest first; at most 16. */
            items: components["schemas"]["WayOption"][];
            /** @description One way, at most; none: any. */
            latency?: components["schemas"]["Delay"] | null;
            to: components["schemas"]["Name"];
            /** @description As if these links were cut. */
            without?: components["schemas"]["Name"][];
        };
        /** @description A link or a place that holds others together. */
        WeakPoint: {
            name: components["schemas"]["Name"];
            /**
             * Format: uint64
             * @description Pairs of places that are parted where it fails.
             */
            parted: number;
        };
        /** @description What the money, the carbon at its price, and the waiting at its price are multiplied by before they are added. */
        Weights: {
            /**
             * Format: uint32
             * @default 1
             */
            carbon?: number;
            /**
             * Format: uint32
             * @default 1
             */
            cost?: number;
            /**
             * Format: uint32
             * @default 1
             */
            time?: number;
        };
        /**
         * @description A point in time, RFC 3339, or counted from submission.
         * @example +6h
         */
        When: string;
        Whoami: {
            edge?: components["schemas"]["Name"] | null;
            name: components["schemas"]["Name"];
            project?: components["schemas"]["Name"] | null;
            role: components["schemas"]["Role"];
            server_version: string;
            site?: components["schemas"]["Name"] | null;
        };
        /**
         * @description A amount of work, as "3.6PFLOP".
         * @example 3.6PFLOP
         */
        Work: string;
        /** @description What each task of an assignment runs and may use. */
        Work2: {
            /** @description Of the flavor. */
            accelerator?: components["schemas"]["Name"] | null;
            /**
             * Format: uint32
             * @default 0
             */
            accelerators?: number;
            /**
             * Format: uint32
             * @description They are an array: independent, and no more than this many run at once. None: a gang, which starts together.
             */
            at_once?: number | null;
            /** @description Tasks keep what they need to go on in `JINGWEI_CHECKPOINT`; the agent saves it this often and at the end. */
            checkpoint?: components["schemas"]["Span"] | null;
            /** @description Limits that the sandbox or the engine keeps, of one task. */
            cores: components["schemas"]["Cores"];
            env?: {
                [key: string]: string;
            };
            flavor: components["schemas"]["Name"];
            /** @description Between asking a task to end and ending it, where that is longer than the site's own. */
            grace?: components["schemas"]["Span"] | null;
            /** @description OCI image to run in, as "registry/name:tag". */
            image?: string | null;
            /** @description Datasets that the agent lays out before the first task starts, in `JINGWEI_INPUTS`. */
            inputs?: components["schemas"]["Input"][];
            memory: components["schemas"]["Bytes"];
            /**
             * Format: uint32
             * @description Tasks of the job in all, whatever part of them is here.
             */
            of: number;
            /**
             * @description The site's network is reachable from inside.
             * @default false
             */
            open_network?: boolean;
            /** @description Who submitted the job: with its project, what the site maps to a local account. */
            owner?: components["schemas"]["Name"] | null;
            /** @description Where it was placed. */
            pool: components["schemas"]["Name"];
            /** @description What the task's units draw when they work: the base of the energy estimate. */
            power: components["schemas"]["Power"];
            program: components["schemas"]["Program"];
            /** @description What tasks leave in `JINGWEI_RESULT` is kept as a dataset when all have succeeded. */
            result?: boolean;
            /** @description The newest that is saved, laid out in `JINGWEI_CHECKPOINT` before the first task starts. */
            resume?: components["schemas"]["Content"] | null;
            time_limit?: components["schemas"]["Span"] | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/openmetrics-text": string;
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-accounts": {
        parameters: {
            query?: {
                /** @description Most items on the page, 1 to 1000; 100 if left out. */
                limit?: number;
                /** @description The cursor of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_AccountView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-account": {
        parameters: {
            query?: {
                /** @description Most items on the page, 1 to 1000; 100 if left out. */
                limit?: number;
                /** @description The cursor of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The name. */
                account: components["schemas"]["Name"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountStory"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    apply: {
        parameters: {
            query?: {
                /** @description Check everything, change nothing. */
                dry_run?: boolean;
            };
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrganizationManifest"] | components["schemas"]["ProjectManifest"] | components["schemas"]["NodeManifest"] | components["schemas"]["FlavorManifest"] | components["schemas"]["SiteManifest"] | components["schemas"]["PoolManifest"] | components["schemas"]["LinkManifest"] | components["schemas"]["DatasetManifest"] | components["schemas"]["EdgeManifest"] | components["schemas"]["ServiceManifest"] | components["schemas"]["JobManifest"] | (components["schemas"]["OrganizationManifest"] | components["schemas"]["ProjectManifest"] | components["schemas"]["NodeManifest"] | components["schemas"]["FlavorManifest"] | components["schemas"]["SiteManifest"] | components["schemas"]["PoolManifest"] | components["schemas"]["LinkManifest"] | components["schemas"]["DatasetManifest"] | components["schemas"]["EdgeManifest"] | components["schemas"]["ServiceManifest"] | components["schemas"]["JobManifest"])[];
                "application/yaml": components["schemas"]["OrganizationManifest"] | components["schemas"]["ProjectManifest"] | components["schemas"]["NodeManifest"] | components["schemas"]["FlavorManifest"] | components["schemas"]["SiteManifest"] | components["schemas"]["PoolManifest"] | components["schemas"]["LinkManifest"] | components["schemas"]["DatasetManifest"] | components["schemas"]["EdgeManifest"] | components["schemas"]["ServiceManifest"] | components["schemas"]["JobManifest"] | (components["schemas"]["OrganizationManifest"] | components["schemas"]["ProjectManifest"] | components["schemas"]["NodeManifest"] | components["schemas"]["FlavorManifest"] | components["schemas"]["SiteManifest"] | components["schemas"]["PoolManifest"] | components["schemas"]["LinkManifest"] | components["schemas"]["DatasetManifest"] | components["schemas"]["EdgeManifest"] | components["schemas"]["ServiceManifest"] | components["schemas"]["JobManifest"])[];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApplyAnswer"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-bids": {
        parameters: {
            query?: {
                /** @description Most items on the page, 1 to 1000; 100 if left out. */
                limit?: number;
                /** @description The cursor of the page before. */
                cursor?: string;
                /** @description Only of this project. */
                project?: components["schemas"]["Name"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_JobView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bid: {
        parameters: {
            query?: {
                /** @description The most that is paid for the whole job, as 120CNY. */
                price?: string;
                /** @description Until when it stands, as +6h or a time: 30 days at most; +24h if left out. */
                until?: string;
            };
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobManifest"];
                "application/yaml": components["schemas"]["JobManifest"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    /** @description The version, in quotes. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The account does not suffice (`insufficient-funds`) */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bill: {
        parameters: {
            query?: {
                /** @description Only of this project. */
                project?: components["schemas"]["Name"];
                /** @description Only of this job. */
                job?: components["schemas"]["JobKey"];
                /** @description Only what this organization is paid. */
                provider?: components["schemas"]["Name"];
                /** @description job, project, provider or kind. */
                by?: components["schemas"]["BillGroup"];
                /** @description With every single charge. */
                charges?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bill"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-certificates": {
        parameters: {
            query?: {
                /** @description Most items on the page, 1 to 1000; 100 if left out. */
                limit?: number;
                /** @description The cursor of the page before. */
                cursor?: string;
                /** @description Only of this organization. */
                owner?: string;
                /** @description Only with something left. */
                open?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_Certificate"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "order-certificates": {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CertificateOrder"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CertificateAnswer"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-charges": {
        parameters: {
            query?: {
                /** @description Most items on the page, 1 to 1000; 100 if left out. */
                limit?: number;
                /** @description The cursor of the page before. */
                cursor?: string;
                /** @description Only of this project. */
                project?: components["schemas"]["Name"];
                /** @description Only of this job. */
                job?: components["schemas"]["JobKey"];
                /** @description Only what this organization is paid. */
                provider?: components["schemas"]["Name"];
                /** @description Only what was charged in this month in UTC, as 2026-03. */
                month?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_ChargeRecord"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-clearings": {
        parameters: {
            query?: {
                /** @description Most items on the page, 1 to 1000; 100 if left out. */
                limit?: number;
                /** @description The cursor of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_ClearingView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    denials: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Denials"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deposit: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDeposit"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransactionView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-disputes": {
        parameters: {
            query?: {
                /** @description Most items on the page, 1 to 1000; 100 if left out. */
                limit?: number;
                /** @description The cursor of the page before. */
                cursor?: string;
                /** @description Only of this project. */
                project?: components["schemas"]["Name"];
                /** @description Only of this job. */
                job?: string;
                /** @description Only these: open, provider, consumer or agreed. */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_Dispute"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    edges: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Edges"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "join-edge": {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The edge's name. */
                edge: components["schemas"]["Name"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JoinEdge"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JoinEdgeAnswer"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "edge-report": {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The edge's name. */
                edge: components["schemas"]["Name"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EdgeReport"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EdgeReportAnswer"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "edge-target": {
        parameters: {
            query?: {
                /** @description The newest that it has; -1 for none. */
                generation?: number;
                /** @description Wait so long for a newer one, at most 30000; then 204. */
                wait_ms?: number;
            };
            header?: never;
            path: {
                /** @description The edge's name. */
                edge: components["schemas"]["Name"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EdgeTarget"];
                };
            };
            /** @description Nothing newer. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "site-energy": {
        parameters: {
            query?: {
                /** @description A site. */
                place?: string;
                /** @description Hours before now, 0 to 168; 24 if left out. */
                back_h?: number;
                /** @description Hours after now, 0 to 168; 48 if left out. */
                ahead_h?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteEnergy"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "demand-responses": {
        parameters: {
            query?: {
                /** @description A site. */
                place?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_DemandView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "energy-report": {
        parameters: {
            query?: {
                /** @description A full hour, as 2026-03-01T00:00:00Z; left out: 30 days ago. */
                from?: string;
                /** @description A full hour, at most 366 days later; left out: the next one. */
                to?: string;
                /** @description job, project, site, month or year. */
                by?: components["schemas"]["EnergyBy"];
                /** @description Only of this project. */
                project?: components["schemas"]["Name"];
                /** @description Only of this job. */
                job?: components["schemas"]["JobKey"];
                /** @description Only at this site. */
                site?: components["schemas"]["Name"];
                /** @description Hour by hour too. */
                hours?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnergyReport"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signals: {
        parameters: {
            query?: {
                /** @description A site. */
                place?: string;
                /** @description A time; left out: a week ago. */
                from?: string;
                /** @description A time, at most 366 days later; left out: in a week. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_SignalSeries"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invoice: {
        parameters: {
            query?: {
                /** @description Only of this project. */
                project?: components["schemas"]["Name"];
                /** @description In UTC, as 2026-03; the present one if left out. */
                month?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invoice"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "count-jobs": {
        parameters: {
            query?: {
                /** @description Only of this project. */
                project?: components["schemas"]["Name"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobCounts"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-jobs": {
        parameters: {
            query?: {
                /** @description Most items on the page, 1 to 1000; 100 if left out. */
                limit?: number;
                /** @description The cursor of the page before. */
                cursor?: string;
                /** @description Only of this project. */
                project?: components["schemas"]["Name"];
                /** @description Only in these states, comma-separated. */
                state?: string;
                /** @description Only placed at this site. */
                site?: components["schemas"]["Name"];
                /** @description Only names that start so. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_JobSummary"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submit: {
        parameters: {
            query?: {
                /** @description Add a short random suffix to the name if it is taken. */
                unique_name?: boolean;
            };
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobManifest"];
                "application/yaml": components["schemas"]["JobManifest"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    /** @description The version, in quotes. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-job": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job, as project.name. */
                job: components["schemas"]["JobKey"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The version, in quotes. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "delete-job": {
        parameters: {
            query?: never;
            header?: {
                /** @description Do it only if the ETag is still this. */
                "If-Match"?: string;
            };
            path: {
                /** @description The job, as project.name. */
                job: components["schemas"]["JobKey"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; nothing to say. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It was changed meanwhile (`version-mismatch`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
                /** @description Do it only if the ETag is still this. */
                "If-Match"?: string;
            };
            path: {
                /** @description The job, as project.name. */
                job: components["schemas"]["JobKey"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    /** @description The version, in quotes. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It was changed meanwhile (`version-mismatch`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "job-events": {
        parameters: {
            query?: {
                /** @description Most items on the page, 1 to 1000; 100 if left out. */
                limit?: number;
                /** @description The cursor of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The job, as project.name. */
                job: components["schemas"]["JobKey"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_Event"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logs: {
        parameters: {
            query?: {
                /** @description Only of the task with this number. */
                task?: number;
                /** @description The cursor of the answer before. */
                after?: string;
                /** @description Wait so long for something new, at most 30000. */
                wait_ms?: number;
            };
            header?: never;
            path: {
                /** @description The job, as project.name. */
                job: components["schemas"]["JobKey"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Logs"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    flows: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flows"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reach: {
        parameters: {
            query?: {
                /** @description A site or node. */
                from?: string;
                /** @description Links, with commas between: as if they were cut. */
                without?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reach"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resilience: {
        parameters: {
            query?: {
                /** @description Links, with commas between: as if they were cut. */
                without?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Resilience"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "round-trips": {
        parameters: {
            query?: {
                /** @description Links, with commas between: as if they were cut. */
                without?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundTrips"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ways: {
        parameters: {
            query?: {
                /** @description A site or node. */
                from?: string;
                /** @description Another one. */
                to?: string;
                /** @description What has to be free, as 10Gbit/s; left out: anything. */
                bandwidth?: string;
                /** @description One way, at most, as 20ms; left out: any. */
                latency?: string;
                /** @description Links, with commas between: as if they were cut. */
                without?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ways"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    offers: {
        parameters: {
            query?: {
                /** @description Only of this flavor. */
                flavor?: string;
                /** @description Only in this region. */
                region?: string;
                /** @description Only of this organization. */
                owner?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Offers"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "plan-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanAllAnswer"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    plan: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobManifest"];
                "application/yaml": components["schemas"]["JobManifest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanAnswer"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    policies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policies"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-quotes": {
        parameters: {
            query?: {
                /** @description Most items on the page, 1 to 1000; 100 if left out. */
                limit?: number;
                /** @description The cursor of the page before. */
                cursor?: string;
                /** @description Only of this project. */
                project?: components["schemas"]["Name"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_JobView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    quote: {
        parameters: {
            query?: {
                /** @description How long it is held, as 90s or 10m: 1s to 1h; 10m if left out. */
                ttl?: string;
            };
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobManifest"];
                "application/yaml": components["schemas"]["JobManifest"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    /** @description The version, in quotes. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The account does not suffice (`insufficient-funds`) */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    order: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The job, as project.name. */
                job: components["schemas"]["JobKey"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The version, in quotes. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description These events are no longer kept (`gone`); The quote is over (`quote-expired`) */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: {
                /** @description How long it is held, as 90s or 10m: 1s to 1h; 10m if left out. */
                ttl?: string;
            };
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The job, as project.name. */
                job: components["schemas"]["JobKey"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The version, in quotes. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The account does not suffice (`insufficient-funds`) */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description These events are no longer kept (`gone`); The quote is over (`quote-expired`) */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The job, as project.name. */
                job: components["schemas"]["JobKey"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The version, in quotes. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-readings": {
        parameters: {
            query?: {
                /** @description The job, as project.name. */
                job?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_LineReading"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "resolve-dispute": {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewResolution"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dispute"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list: {
        parameters: {
            query?: {
                /** @description Most items on the page, 1 to 1000; 100 if left out. */
                limit?: number;
                /** @description The cursor of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The kind, in the plural. */
                kind: "organizations" | "projects" | "nodes" | "flavors" | "sites" | "pools" | "links" | "datasets" | "edges" | "services";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_ResourceView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The kind, in the plural. */
                kind: "organizations" | "projects" | "nodes" | "flavors" | "sites" | "pools" | "links" | "datasets" | "edges" | "services";
                /** @description The name. */
                name: components["schemas"]["Name"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The version, in quotes. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete: {
        parameters: {
            query?: never;
            header?: {
                /** @description Do it only if the ETag is still this. */
                "If-Match"?: string;
            };
            path: {
                /** @description The kind, in the plural. */
                kind: "organizations" | "projects" | "nodes" | "flavors" | "sites" | "pools" | "links" | "datasets" | "edges" | "services";
                /** @description The name. */
                name: components["schemas"]["Name"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; nothing to say. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It was changed meanwhile (`version-mismatch`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reverse: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReversal"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransactionView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    services: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Services"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    settle: {
        parameters: {
            query?: {
                /** @description Compute everything, move nothing. */
                dry_run?: boolean;
            };
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settlement"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "demand-response": {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The site's name. */
                site: components["schemas"]["Name"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DemandRequest"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DemandView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dispatch: {
        parameters: {
            query?: {
                /** @description Hours without the grid, 0 to 48; left out: none. */
                island_h?: number;
            };
            header?: never;
            path: {
                /** @description The site's name. */
                site: components["schemas"]["Name"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DispatchView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "upload-logs": {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The site's name. */
                site: components["schemas"]["Name"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogUpload"];
            };
        };
        responses: {
            /** @description Done; nothing to say. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    report: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The site's name. */
                site: components["schemas"]["Name"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentReport"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentReportAnswer"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "upload-signals": {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The site's name. */
                site: components["schemas"]["Name"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignalUpload"];
            };
        };
        responses: {
            /** @description Done; nothing to say. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    target: {
        parameters: {
            query?: {
                /** @description The newest that the agent has; -1 for none. */
                generation?: number;
                /** @description Wait so long for a newer one, at most 30000; then 204. */
                wait_ms?: number;
            };
            header?: never;
            path: {
                /** @description The site's name. */
                site: components["schemas"]["Name"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Target"];
                };
            };
            /** @description Nothing newer. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-tokens": {
        parameters: {
            query?: {
                /** @description Most items on the page, 1 to 1000; 100 if left out. */
                limit?: number;
                /** @description The cursor of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_TokenView"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "create-token": {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewTokenAnswer"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "delete-token": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name. */
                name: components["schemas"]["Name"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; nothing to say. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    top: {
        parameters: {
            query?: {
                /** @description A time in the past, as 2026-03-01T08:00:00Z. */
                at?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Top"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-usage": {
        parameters: {
            query?: {
                /** @description Most items on the page, 1 to 1000; 100 if left out. */
                limit?: number;
                /** @description The cursor of the page before. */
                cursor?: string;
                /** @description The job, as project.name. */
                job?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_of_UsageRecord"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "send-usage": {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request is done once and answered alike each time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/cloudevents+json": components["schemas"]["CloudEvent"];
                "application/cloudevents-batch+json": components["schemas"]["CloudEvent"][];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageAnswer"];
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is another of this name (`exists`); Its state does not allow this (`conflict`); Others refer to it (`in-use`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watch: {
        parameters: {
            query?: {
                /** @description Only of this project. */
                project?: components["schemas"]["Name"];
                /** @description Only of this kind. */
                kind?: components["schemas"]["Kind"];
                /** @description Only of this name; of a job project.name. */
                subject?: string;
                /** @description As Last-Event-ID. Left out: from now on. */
                after?: number;
            };
            header?: {
                /** @description Go on after this event. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The request cannot be read (`malformed`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description These events are no longer kept (`gone`); The quote is over (`quote-expired`) */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong (`invalid`); The order cannot be met (`infeasible`); The idempotency key was used for another request (`key-reused`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    whoami: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Whoami"];
                };
            };
            /** @description A valid token is needed (`unauthenticated`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The policy does not permit this (`denied`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`busy`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault in the server (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready (`unavailable`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
