# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_jw_global_optspecs
    string join \n s/server= token-file= insecure p/project= o/output= no-headers color= q/quiet h/help V/version
end

function __fish_jw_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_jw_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_jw_using_subcommand
    set -l cmd (__fish_jw_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c jw -n "__fish_jw_needs_command" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_needs_command" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_needs_command" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_needs_command" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_needs_command" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_needs_command" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_needs_command" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_needs_command" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_needs_command" -s V -l version -d 'Print version'
complete -c jw -n "__fish_jw_needs_command" -f -a "up" -d 'Start the control plane, and agents of this machine if asked'
complete -c jw -n "__fish_jw_needs_command" -f -a "agent" -d 'Start the agent of a site, or measure this machine'
complete -c jw -n "__fish_jw_needs_command" -f -a "apply" -d 'Create or change resources: all of the files, or none'
complete -c jw -n "__fish_jw_needs_command" -f -a "get" -d 'Show resources of a kind, or one of them'
complete -c jw -n "__fish_jw_needs_command" -f -a "describe" -d 'Tell all about one resource'
complete -c jw -n "__fish_jw_needs_command" -f -a "delete" -d 'Remove a resource that no other refers to, or a job that has ended'
complete -c jw -n "__fish_jw_needs_command" -f -a "run" -d 'Submit one job, follow it, and end with its outcome'
complete -c jw -n "__fish_jw_needs_command" -f -a "sbatch" -d 'Submit a Slurm batch script, with sbatch\'s own options. Options of jw stand before the word `sbatch`'
complete -c jw -n "__fish_jw_needs_command" -f -a "submit" -d 'Submit jobs and print their names'
complete -c jw -n "__fish_jw_needs_command" -f -a "plan" -d 'Show what would happen to a job, with every candidate. Changes nothing'
complete -c jw -n "__fish_jw_needs_command" -f -a "explain" -d 'Show why a job runs where it does: every candidate, and the difference to the next best'
complete -c jw -n "__fish_jw_needs_command" -f -a "logs" -d 'Print what the tasks of a job wrote'
complete -c jw -n "__fish_jw_needs_command" -f -a "cancel" -d 'Stop jobs'
complete -c jw -n "__fish_jw_needs_command" -f -a "cordon" -d 'Put nothing new on sites; what is there stays'
complete -c jw -n "__fish_jw_needs_command" -f -a "drain" -d 'Empty sites: put nothing new there, and move what is there elsewhere'
complete -c jw -n "__fish_jw_needs_command" -f -a "uncordon" -d 'Put work on sites again'
complete -c jw -n "__fish_jw_needs_command" -f -a "wait" -d 'Wait until jobs reach a state'
complete -c jw -n "__fish_jw_needs_command" -f -a "bill" -d 'Show what was charged; invoices, and every charge for other programs'
complete -c jw -n "__fish_jw_needs_command" -f -a "ledger" -d 'Accounts: what they have, what came and went, and whether all of it adds up'
complete -c jw -n "__fish_jw_needs_command" -f -a "settle" -d 'Make one amount of what each organization has earned and owes'
complete -c jw -n "__fish_jw_needs_command" -f -a "top" -d 'Show how full everything is'
complete -c jw -n "__fish_jw_needs_command" -f -a "watch" -d 'Print events as they happen'
complete -c jw -n "__fish_jw_needs_command" -f -a "data" -d 'Put data into the storages of sites, get it out, list and check it'
complete -c jw -n "__fish_jw_needs_command" -f -a "net" -d 'Networks: read them, move traffic through them, and see what happens when parts of them fail'
complete -c jw -n "__fish_jw_needs_command" -f -a "edge" -d 'Gateways: encrypted tunnels between them over several networks, measured all the time'
complete -c jw -n "__fish_jw_needs_command" -f -a "service" -d 'Services that edges lead flows to'
complete -c jw -n "__fish_jw_needs_command" -f -a "market" -d 'What is for sale, quotes and orders; auctions of bundles'
complete -c jw -n "__fish_jw_needs_command" -f -a "energy" -d 'Electricity and carbon: accounts, certificates, forecasts, and what moving work and storing energy saves'
complete -c jw -n "__fish_jw_needs_command" -f -a "sim" -d 'Experiments with the planner. Needs no server'
complete -c jw -n "__fish_jw_needs_command" -f -a "token" -d 'Make, list and end tokens'
complete -c jw -n "__fish_jw_needs_command" -f -a "whoami" -d 'Show who the token speaks for'
complete -c jw -n "__fish_jw_needs_command" -f -a "open-api" -d 'Print the description of the API, OpenAPI 3.1'
complete -c jw -n "__fish_jw_needs_command" -f -a "completion" -d 'Print the completion script for a shell'
complete -c jw -n "__fish_jw_needs_command" -f -a "man" -d 'Write the manual pages into a directory'
complete -c jw -n "__fish_jw_needs_command" -f -a "shim" -d 'Supervise one task; the agent starts it'
complete -c jw -n "__fish_jw_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand up" -l state -d 'Where it keeps its state [default: ~/.local/share/jingwei]' -r -F
complete -c jw -n "__fish_jw_using_subcommand up" -l listen -d 'Where the API listens. Port 0 takes a free one; the address is written to the file `address` in the state directory' -r
complete -c jw -n "__fish_jw_using_subcommand up" -l store -d 'The database: `sqlite:///path`, or `postgres://..` [default: jingwei.db in the state directory]' -r
complete -c jw -n "__fish_jw_using_subcommand up" -l policies -d 'Cedar policies that replace the built-in ones' -r -F
complete -c jw -n "__fish_jw_using_subcommand up" -l map -d 'The land on the console\'s map in place of the built-in coasts: GeoJSON, a FeatureCollection with a member `approval`, the number under which it may be shown; it is shown beside the map' -r -F
complete -c jw -n "__fish_jw_using_subcommand up" -l world -d 'Manifests to apply at the start: a file, `east-west` (built in), or `none`. Left out: `east-west` where the store knows no site yet' -r
complete -c jw -n "__fish_jw_using_subcommand up" -l agents -d 'For which sites an agent is started on this machine: `all`, `none`, or names with commas between' -r
complete -c jw -n "__fish_jw_using_subcommand up" -l share -d 'A folder that tasks of these agents may all read and write, as /share. Breaks the sandbox on purpose' -r -F
complete -c jw -n "__fish_jw_using_subcommand up" -l lease -d 'A site that is silent for so long is lost: its work starts elsewhere, but for jobs that are `exclusive`' -r
complete -c jw -n "__fish_jw_using_subcommand up" -l keep -d 'How long a site lets work run without an answer from here; so long `exclusive` jobs wait for a lost site' -r
complete -c jw -n "__fish_jw_using_subcommand up" -l clear-every -d 'How often open bids are cleared, at whole multiples of this' -r
complete -c jw -n "__fish_jw_using_subcommand up" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand up" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand up" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand up" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand up" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand up" -l log-json -d 'Log lines as JSON'
complete -c jw -n "__fish_jw_using_subcommand up" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand up" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand up" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l state -d 'Where it keeps its state [default: ~/.local/share/jingwei]' -r -F
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l site -d 'The site it speaks for' -r
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l driver -d 'What runs the tasks' -r -f -a "fake\t''
kubernetes\t''
local\t''
slurm\t''"
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l sandbox -d 'Use no better sandbox than this' -r -f -a "namespaces-and-cgroup\t''
namespaces\t''
cgroup\t''
rlimit\t''"
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l share -d 'A folder that every task may read and write, as /share. Breaks the sandbox on purpose' -r -F
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l config -d 'What only the driver understands, as YAML: see docs/engines.md' -r -F
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l data -d 'Keep data, where and how this file says: see docs/data.md' -r -F
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l grace -d 'Between asking a task to end and ending it' -r
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l no-bench -d 'Do not measure the machine at the start'
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l log-json -d 'Log lines as JSON'
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l exit-with-parent -d 'End when stdin is closed, as it is when the process that started this one ends'
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -f -a "bench" -d 'Measure what one core of this machine does'
complete -c jw -n "__fish_jw_using_subcommand agent; and not __fish_seen_subcommand_from bench help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand agent; and __fish_seen_subcommand_from bench" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand agent; and __fish_seen_subcommand_from bench" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand agent; and __fish_seen_subcommand_from bench" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand agent; and __fish_seen_subcommand_from bench" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand agent; and __fish_seen_subcommand_from bench" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand agent; and __fish_seen_subcommand_from bench" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand agent; and __fish_seen_subcommand_from bench" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand agent; and __fish_seen_subcommand_from bench" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand agent; and __fish_seen_subcommand_from bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "bench" -d 'Measure what one core of this machine does'
complete -c jw -n "__fish_jw_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand apply" -s f -l file -d 'A manifest, a directory of them, or `-` for stdin. May be repeated' -r -F
complete -c jw -n "__fish_jw_using_subcommand apply" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand apply" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand apply" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand apply" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand apply" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand apply" -l dry-run -d 'Check everything, change nothing'
complete -c jw -n "__fish_jw_using_subcommand apply" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand apply" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand apply" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand get" -l state -d 'Jobs only in these states, comma-separated' -r
complete -c jw -n "__fish_jw_using_subcommand get" -l site -d 'Jobs only at this site' -r
complete -c jw -n "__fish_jw_using_subcommand get" -l limit -d 'At most so many' -r
complete -c jw -n "__fish_jw_using_subcommand get" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand get" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand get" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand get" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand get" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand get" -l all -d 'All of them, however many'
complete -c jw -n "__fish_jw_using_subcommand get" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand get" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand get" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand describe" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand describe" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand describe" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand describe" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand describe" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand describe" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand describe" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand describe" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand describe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand delete" -s f -l file -d 'Remove what these manifests name, last first' -r -F
complete -c jw -n "__fish_jw_using_subcommand delete" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand delete" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand delete" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand delete" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand delete" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand delete" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand delete" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand delete" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand run" -l env -d 'A variable of a SkyPilot task; without a value, as it is here. May be repeated' -r
complete -c jw -n "__fish_jw_using_subcommand run" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand run" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand run" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand run" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand run" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand run" -l strict -d 'What of a SkyPilot task is not honoured is an error'
complete -c jw -n "__fish_jw_using_subcommand run" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand run" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand run" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand sbatch" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand sbatch" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand sbatch" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand sbatch" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand sbatch" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand sbatch" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand sbatch" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand sbatch" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand sbatch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand submit" -s f -l file -d 'A manifest, a directory of them, or `-` for stdin. May be repeated' -r -F
complete -c jw -n "__fish_jw_using_subcommand submit" -l env -d 'A variable of a SkyPilot task; without a value, as it is here. May be repeated' -r
complete -c jw -n "__fish_jw_using_subcommand submit" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand submit" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand submit" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand submit" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand submit" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand submit" -l unique-name -d 'Add a short suffix to a name that is taken'
complete -c jw -n "__fish_jw_using_subcommand submit" -l strict -d 'What of a SkyPilot task is not honoured is an error'
complete -c jw -n "__fish_jw_using_subcommand submit" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand submit" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand submit" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand submit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -s f -l file -d 'A manifest, a directory of them, or `-` for stdin. May be repeated' -r -F
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -l env -d 'A variable of a SkyPilot task; without a value, as it is here. May be repeated' -r
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -l all -d 'All jobs that wait or can still move, planned anew together, with a bound that is proved. Changes nothing'
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -l strict -d 'What of a SkyPilot task is not honoured is an error'
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -f -a "verify" -d 'Check a stored plan and its certificate: bound, cost and gap. Trusts nothing but the file. Needs no server'
complete -c jw -n "__fish_jw_using_subcommand plan; and not __fish_seen_subcommand_from verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand plan; and __fish_seen_subcommand_from verify" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand plan; and __fish_seen_subcommand_from verify" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand plan; and __fish_seen_subcommand_from verify" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand plan; and __fish_seen_subcommand_from verify" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand plan; and __fish_seen_subcommand_from verify" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand plan; and __fish_seen_subcommand_from verify" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand plan; and __fish_seen_subcommand_from verify" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand plan; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand plan; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand plan; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check a stored plan and its certificate: bound, cost and gap. Trusts nothing but the file. Needs no server'
complete -c jw -n "__fish_jw_using_subcommand plan; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand explain" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand explain" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand explain" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand explain" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand explain" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand explain" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand explain" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand explain" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand logs" -l task -d 'Only of the task with this number' -r
complete -c jw -n "__fish_jw_using_subcommand logs" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand logs" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand logs" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand logs" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand logs" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand logs" -s f -l follow -d 'Go on until the job has ended'
complete -c jw -n "__fish_jw_using_subcommand logs" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand logs" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand logs" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand cancel" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand cancel" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand cancel" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand cancel" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand cancel" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand cancel" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand cancel" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand cancel" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand cancel" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand cordon" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand cordon" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand cordon" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand cordon" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand cordon" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand cordon" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand cordon" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand cordon" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand cordon" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand drain" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand drain" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand drain" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand drain" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand drain" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand drain" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand drain" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand drain" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand drain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand uncordon" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand uncordon" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand uncordon" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand uncordon" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand uncordon" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand uncordon" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand uncordon" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand uncordon" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand uncordon" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand wait" -l for -d 'A state, or `end` for any final one' -r
complete -c jw -n "__fish_jw_using_subcommand wait" -l timeout -d 'Give up after this long: "90s", "5m"' -r
complete -c jw -n "__fish_jw_using_subcommand wait" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand wait" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand wait" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand wait" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand wait" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand wait" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand wait" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand wait" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -l by -d 'One row for each of these' -r -f -a "job\t''
project\t''
provider\t''
kind\t''"
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -l job -d 'Only of this job' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -l provider -d 'Only what this organization is paid' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -l charges -d 'Every single charge'
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -f -a "invoice" -d 'Show what a project owes for a month, each line rounded to a hundredth'
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -f -a "export" -d 'Write every charge, as CSV'
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -f -a "usage" -d 'What meters of both sides say of jobs'
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -f -a "dispute" -d 'Charges that their two sides metered differently'
complete -c jw -n "__fish_jw_using_subcommand bill; and not __fish_seen_subcommand_from invoice export usage dispute help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from invoice" -l month -d 'In UTC, as 2026-03 [default: the present one]' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from invoice" -l html -d 'Also as a page to print, into this file' -r -F
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from invoice" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from invoice" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from invoice" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from invoice" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from invoice" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from invoice" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from invoice" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from invoice" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from invoice" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from export" -l format -r -f -a "focus\t'FOCUS 1.2, the FinOps Open Cost and Usage Specification; what rounding adds to each invoice that is final is a row too'
csv\t'As they are kept'"
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from export" -l month -d 'Only what was charged in this month in UTC, as 2026-03' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from export" -l job -d 'Only of this job' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from export" -l provider -d 'Only what this organization is paid' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from export" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from export" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from export" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from export" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from export" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from export" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from export" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from export" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from usage" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from usage" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from usage" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from usage" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from usage" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from usage" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from usage" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from usage" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from usage" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from usage" -f -a "ls" -d 'Show what both sides metered of a job, line by line, and every usage event'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from usage" -f -a "send" -d 'Send a reading of a meter, or usage events of a file. What was sent before is not taken twice'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from usage" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from dispute" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from dispute" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from dispute" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from dispute" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from dispute" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from dispute" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from dispute" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from dispute" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from dispute" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from dispute" -f -a "ls" -d 'List disputes, newest first'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from dispute" -f -a "resolve" -d 'Give what a dispute holds to one of its sides. Once: the same again changes nothing'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from dispute" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from help" -f -a "invoice" -d 'Show what a project owes for a month, each line rounded to a hundredth'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write every charge, as CSV'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from help" -f -a "usage" -d 'What meters of both sides say of jobs'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from help" -f -a "dispute" -d 'Charges that their two sides metered differently'
complete -c jw -n "__fish_jw_using_subcommand bill; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -f -a "accounts" -d 'List all accounts'
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -f -a "show" -d 'Show an account, with what came and went, newest first'
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -f -a "deposit" -d 'Book money that came in for an account; below zero: that went out'
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -f -a "reverse" -d 'Undo a transaction by its opposite, once'
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -f -a "verify" -d 'Check that every transaction sums to zero, every balance follows, and no account is below what it may be. Reads the database itself, whether the server runs or not'
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -f -a "bench" -d 'Measure postings and reads in a database of its own'
complete -c jw -n "__fish_jw_using_subcommand ledger; and not __fish_seen_subcommand_from accounts show deposit reverse verify bench help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from accounts" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from accounts" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from accounts" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from accounts" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from accounts" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from accounts" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from accounts" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from accounts" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from accounts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from show" -l limit -d 'At most so many entries' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from show" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from show" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from show" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from show" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from show" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from show" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from show" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from deposit" -l id -d 'The payment\'s own number: with the same one it is booked once' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from deposit" -l note -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from deposit" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from deposit" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from deposit" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from deposit" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from deposit" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from deposit" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from deposit" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from deposit" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from deposit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from reverse" -l note -d 'Why' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from reverse" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from reverse" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from reverse" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from reverse" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from reverse" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from reverse" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from reverse" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from reverse" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from reverse" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from verify" -l database -d 'The database: `sqlite:///path`, or `postgres://..` [default: jingwei.db in the state directory]' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from verify" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from verify" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from verify" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from verify" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from verify" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from verify" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from verify" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from bench" -l database -d 'An empty database, which keeps what is written [default: an SQLite file that is removed afterwards]' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from bench" -l entries -d 'Entries that are there before anything is measured' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from bench" -l transactions -d 'Transactions measured, of two postings each' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from bench" -l batch -d 'Transactions in one commit: those that wait for the one before' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from bench" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from bench" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from bench" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from bench" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from bench" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from bench" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from bench" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from bench" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from help" -f -a "accounts" -d 'List all accounts'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show an account, with what came and went, newest first'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from help" -f -a "deposit" -d 'Book money that came in for an account; below zero: that went out'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from help" -f -a "reverse" -d 'Undo a transaction by its opposite, once'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check that every transaction sums to zero, every balance follows, and no account is below what it may be. Reads the database itself, whether the server runs or not'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from help" -f -a "bench" -d 'Measure postings and reads in a database of its own'
complete -c jw -n "__fish_jw_using_subcommand ledger; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand settle" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand settle" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand settle" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand settle" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand settle" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand settle" -l dry-run -d 'Show it, move nothing'
complete -c jw -n "__fish_jw_using_subcommand settle" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand settle" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand settle" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand settle" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand top" -l at -d 'At a time in the past, as 2026-03-01T08:00:00Z: by the jobs that ran then' -r
complete -c jw -n "__fish_jw_using_subcommand top" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand top" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand top" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand top" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand top" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand top" -s w -l watch -d 'Again every second, until interrupted'
complete -c jw -n "__fish_jw_using_subcommand top" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand top" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand top" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand top" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand watch" -l after -d 'Begin after the event with this number [default: from now on]' -r
complete -c jw -n "__fish_jw_using_subcommand watch" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand watch" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand watch" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand watch" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand watch" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand watch" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand watch" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand watch" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -f -a "push" -d 'Put the files of a folder into the storage of a site, as a dataset'
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -f -a "pull" -d 'Get the files of a dataset, checked, from any site that has it'
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -f -a "ls" -d 'List datasets and where they are'
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -f -a "verify" -d 'Read a dataset wherever it is and check every byte, or tell which dataset a folder is'
complete -c jw -n "__fish_jw_using_subcommand data; and not __fish_seen_subcommand_from push pull ls verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from push" -l name -d 'Of the dataset' -r
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from push" -l site -r
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from push" -l organization -d 'Who owns the data [default: the dataset\'s own, if there is one already]' -r
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from push" -l data -d 'How storages are reached, as YAML: see docs/data.md. A "file:///folder" needs none' -r -F
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from push" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from push" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from push" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from push" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from push" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from push" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from push" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from push" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from push" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from pull" -l data -d 'How storages are reached, as YAML: see docs/data.md. A "file:///folder" needs none' -r -F
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from pull" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from pull" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from pull" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from pull" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from pull" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from pull" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from pull" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from pull" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from pull" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from ls" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from ls" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from ls" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from ls" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from ls" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from ls" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from verify" -l data -d 'How storages are reached, as YAML: see docs/data.md. A "file:///folder" needs none' -r -F
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from verify" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from verify" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from verify" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from verify" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from verify" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from verify" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from verify" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from help" -f -a "push" -d 'Put the files of a folder into the storage of a site, as a dataset'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from help" -f -a "pull" -d 'Get the files of a dataset, checked, from any site that has it'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List datasets and where they are'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Read a dataset wherever it is and check every byte, or tell which dataset a folder is'
complete -c jw -n "__fish_jw_using_subcommand data; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "import" -d 'Read a network, and write it as manifests that `jw apply` takes'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "export" -d 'Write a network in another form: node-link JSON, GraphML, Repetita\'s, or the JSON of RFC 8345'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "show" -d 'What a network is like: its size, its parts, and what its text leaves unsaid'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "apsp" -d 'The least delays between all nodes'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "path" -d 'The ways from one node to another: the shortest, the cheapest within a delay, or two that share as little as can be'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "paths" -d 'Several ways between pairs of nodes'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "drill" -d 'Fail every link, every node and every group that shares a risk, and follow every packet that is hit'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "grade" -d 'How well a network withstands failures: A to E by the worst of three parts of all pairs of nodes. A: the packets of all arrive whichever link fails, of 99 % whichever node fails, and no link parts any. B: 99, 95 and 99 %. C: 90, 80 and 90 %. D: 70, 60 and 70 %'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "reach" -d 'How far a node reaches: round trips to all others, and with -o geojson the circles of 1, 5, 10 and 20 ms'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "te" -d 'Spread demands over paths, with a proof of how near to the best that is'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "lab" -d 'A network of namespaces on this machine, with real packets: steer services, cut links, measure'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "classes" -d 'What tells kinds of flows apart by what they do: record, train, test'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "steer-bench" -d 'Steer new flows to instances of services over a simulated network with failures: how fast an ingress decides, and how near delays come to those of an oracle that knows all'
complete -c jw -n "__fish_jw_using_subcommand net; and not __fish_seen_subcommand_from import export show apsp path paths drill grade reach te lab classes steer-bench help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -l format -d 'Left out: by the end of the file\'s name' -r -f -a "graphml\t'Network in GraphML, as of the Internet Topology Zoo'
repetita\t'Network as Repetita\'s .graph'
node-link\t'Network in node-link JSON, as of TopoHub and Teal'
rfc8345\t'Network in the JSON of RFC 8345\'s YANG models'
sndlib\t'Network in SNDlib\'s own XML'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -l to -d 'Write the manifests here' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -l capacity -d 'Of links of a network that say none; left out: 100Gbit/s' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -l delay -d 'Of links that say neither delay, length nor both places; left out: 1ms' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -l price -d 'Of links that say none; left out: 0.001CNY/GB' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -l unit -d 'What one is of capacities without a unit (node-link); left out: such capacities say nothing' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -l format -d 'The form to write; json is node-link' -r -f -a "graphml\t'Network in GraphML, as of the Internet Topology Zoo'
repetita\t'Network as Repetita\'s .graph'
node-link\t'Network in node-link JSON, as of TopoHub and Teal'
rfc8345\t'Network in the JSON of RFC 8345\'s YANG models'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -l from -d 'The form that the network has. Left out: by the end of the file\'s name' -r -f -a "graphml\t'Network in GraphML, as of the Internet Topology Zoo'
repetita\t'Network as Repetita\'s .graph'
node-link\t'Network in node-link JSON, as of TopoHub and Teal'
rfc8345\t'Network in the JSON of RFC 8345\'s YANG models'
sndlib\t'Network in SNDlib\'s own XML'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -l to -d 'Write it here, compressed if the name ends in .gz. Left out: to standard output' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -l capacity -d 'Of links that say none. Left out: they go on saying none' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -l delay -d 'Of links that say neither delay, length nor both places. Left out: they go on saying none' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -l unit -d 'What one is of capacities without a unit. Left out: they go on having none' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from show" -l format -d 'Left out: by the end of the file\'s name' -r -f -a "graphml\t'Network in GraphML, as of the Internet Topology Zoo'
repetita\t'Network as Repetita\'s .graph'
node-link\t'Network in node-link JSON, as of TopoHub and Teal'
rfc8345\t'Network in the JSON of RFC 8345\'s YANG models'
sndlib\t'Network in SNDlib\'s own XML'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from show" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from show" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from show" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from show" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from show" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from show" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from show" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from apsp" -l format -d 'Left out: by the end of the file\'s name' -r -f -a "graphml\t'Network in GraphML, as of the Internet Topology Zoo'
repetita\t'Network as Repetita\'s .graph'
node-link\t'Network in node-link JSON, as of TopoHub and Teal'
rfc8345\t'Network in the JSON of RFC 8345\'s YANG models'
sndlib\t'Network in SNDlib\'s own XML'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from apsp" -l capacity -d 'Capacity of links that say none, in bit/s, or in the network\'s own figures. Left out: 100 Gbit/s, and 1 where no link of the network says any' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from apsp" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from apsp" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from apsp" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from apsp" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from apsp" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from apsp" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from apsp" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from apsp" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from apsp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -l format -d 'Left out: by the end of the file\'s name' -r -f -a "graphml\t'Network in GraphML, as of the Internet Topology Zoo'
repetita\t'Network as Repetita\'s .graph'
node-link\t'Network in node-link JSON, as of TopoHub and Teal'
rfc8345\t'Network in the JSON of RFC 8345\'s YANG models'
sndlib\t'Network in SNDlib\'s own XML'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -l k -d 'So many ways, at most, the best first. Left out: 1, and 2 with --disjoint, which takes no other' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -l disjoint -d 'Find two ways that share as little as any two can, and are the best of such' -r -f -a "none\t'Ways may share anything'
link\t'Two ways that share no link, or as few as can be'
node\t'Two ways that share no node between their ends, or as few as can be'
risk\t'Two ways that share no risk of --risk, or as few as can be'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -l risk -d 'Links that share a risk, for --disjoint risk: a group a line, links with commas between them, each as the ids of its ends with a minus between them' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -l max-delay -d 'No way is longer, one way. If every link says a price, or --price does, the cheapest ways within it are found, else the shortest' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -l capacity -d 'Links that have less, or say none, are on no way' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -l unit -d 'What one is of capacities without a unit' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -l price -d 'Of links that say none' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -l format -d 'Left out: by the end of the file\'s name' -r -f -a "graphml\t'Network in GraphML, as of the Internet Topology Zoo'
repetita\t'Network as Repetita\'s .graph'
node-link\t'Network in node-link JSON, as of TopoHub and Teal'
rfc8345\t'Network in the JSON of RFC 8345\'s YANG models'
sndlib\t'Network in SNDlib\'s own XML'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -l capacity -d 'Capacity of links that say none, in bit/s, or in the network\'s own figures. Left out: 100 Gbit/s, and 1 where no link of the network says any' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -l k -d 'Ways of each pair, at most' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -l pairs -d '`all`, or a file with a pair of node ids a line, with a comma between them' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -l to -d 'Write the ways of pairs of a file as JSON' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -l diverse -d 'Each way takes as few links of those before it as can be; else the shortest ones are taken'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from paths" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -l format -d 'Left out: by the end of the file\'s name' -r -f -a "graphml\t'Network in GraphML, as of the Internet Topology Zoo'
repetita\t'Network as Repetita\'s .graph'
node-link\t'Network in node-link JSON, as of TopoHub and Teal'
rfc8345\t'Network in the JSON of RFC 8345\'s YANG models'
sndlib\t'Network in SNDlib\'s own XML'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -l capacity -d 'Capacity of links that say none, in bit/s, or in the network\'s own figures. Left out: 100 Gbit/s, and 1 where no link of the network says any' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -l risk -d 'Links that share a risk and fail together: a group a line, links with commas between them, each as the ids of its ends with a minus between them' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -l sample -d 'Fail so many pairs of links too, drawn by chance: repairs are ready for one link at a time' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -l seed -d 'What the pairs follow from' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from drill" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from grade" -l format -d 'Left out: by the end of the file\'s name' -r -f -a "graphml\t'Network in GraphML, as of the Internet Topology Zoo'
repetita\t'Network as Repetita\'s .graph'
node-link\t'Network in node-link JSON, as of TopoHub and Teal'
rfc8345\t'Network in the JSON of RFC 8345\'s YANG models'
sndlib\t'Network in SNDlib\'s own XML'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from grade" -l capacity -d 'Capacity of links that say none, in bit/s, or in the network\'s own figures. Left out: 100 Gbit/s, and 1 where no link of the network says any' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from grade" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from grade" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from grade" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from grade" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from grade" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from grade" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from grade" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from grade" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from grade" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from reach" -l format -d 'Left out: by the end of the file\'s name' -r -f -a "graphml\t'Network in GraphML, as of the Internet Topology Zoo'
repetita\t'Network as Repetita\'s .graph'
node-link\t'Network in node-link JSON, as of TopoHub and Teal'
rfc8345\t'Network in the JSON of RFC 8345\'s YANG models'
sndlib\t'Network in SNDlib\'s own XML'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from reach" -l capacity -d 'Capacity of links that say none, in bit/s, or in the network\'s own figures. Left out: 100 Gbit/s, and 1 where no link of the network says any' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from reach" -l around -d 'How far around a node the ground counts as served by it, in kilometres' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from reach" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from reach" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from reach" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from reach" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from reach" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from reach" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from reach" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from reach" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from reach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l format -d 'Left out: by the end of the file\'s name' -r -f -a "graphml\t'Network in GraphML, as of the Internet Topology Zoo'
repetita\t'Network as Repetita\'s .graph'
node-link\t'Network in node-link JSON, as of TopoHub and Teal'
rfc8345\t'Network in the JSON of RFC 8345\'s YANG models'
sndlib\t'Network in SNDlib\'s own XML'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l capacity -d 'Capacity of links that say none, in bit/s, or in the network\'s own figures. Left out: 100 Gbit/s, and 1 where no link of the network says any' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l demands -d 'Repetita\'s .demands, or CSV with tm,src,dst,demand, which priority and max_delay may follow, or a list of such in JSON; may be compressed (`.gz`). Left out, with no --gravity: those in the network\'s own text' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l matrix -d 'Which matrix of the file' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l gravity -d 'Make demands between all nodes by weights that this seed draws' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l load -d 'Use of the busiest arc if those demands took ways of fewest arcs; all are scaled to that' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l objective -r -f -a "mlu\t'Carry all, with the greatest use of an arc as small as can be'
served\t'Carry as much as can be within capacities'
fair\t'Serve one priority after another within capacities, the least share of each as large as can be, on ways within delay limits'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l tol -d 'How far from the bound the value may be, as part of it' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l rounds -d 'Rounds over all nodes, at most; what is reached then is told with its gap' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l to -d 'Write every arc with its load and price as JSON' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l each-failure -d 'Fail every link once, and spread demands anew over what is left'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from te" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -f -a "up" -d 'Make a network: each router and client is a namespace of this machine, with segment routing in its kernel. As root'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -f -a "status" -d 'What each router has and does now'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -f -a "steer" -d 'Lead new flows of a service to the instance at a router; flows that have begun stay where they are'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -f -a "cut" -d 'Cut all links between two routers, at the first one\'s end'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -f -a "join" -d 'Join the links between two routers again'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -f -a "degrade" -d 'Make links that have a delay worse, or, with neither figure, as the file says'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -f -a "down" -d 'Take the network away. One that is not there is fine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -f -a "bench" -d 'Measure how fast packets follow a decision, and what is lost when links fail: in a network of its own, which is made and taken away; its links have no delay but their own. As root'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -f -a "wires" -d 'Carry packets over links that have a delay, until the network is taken away'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from lab" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from classes" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from classes" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from classes" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from classes" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from classes" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from classes" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from classes" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from classes" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from classes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from classes" -f -a "record" -d 'Send flows of known kinds (bulk, interactive, video, rpc) through a tunnel between two gateways, in namespaces that are made and taken away, and write what the gateways know each by. As root'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from classes" -f -a "train" -d 'Learn from flows of known kinds: the same tree from the same flows'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from classes" -f -a "test" -d 'How often the tree that gateways use is right about flows of known kinds'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from classes" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from steer-bench" -l seed -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from steer-bench" -l flows -d 'New flows, about' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from steer-bench" -l load -d 'Arrivals as part of what all instances of a service serve when none is slow or gone' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from steer-bench" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from steer-bench" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from steer-bench" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from steer-bench" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from steer-bench" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from steer-bench" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from steer-bench" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from steer-bench" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from steer-bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "import" -d 'Read a network, and write it as manifests that `jw apply` takes'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write a network in another form: node-link JSON, GraphML, Repetita\'s, or the JSON of RFC 8345'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "show" -d 'What a network is like: its size, its parts, and what its text leaves unsaid'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "apsp" -d 'The least delays between all nodes'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "path" -d 'The ways from one node to another: the shortest, the cheapest within a delay, or two that share as little as can be'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "paths" -d 'Several ways between pairs of nodes'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "drill" -d 'Fail every link, every node and every group that shares a risk, and follow every packet that is hit'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "grade" -d 'How well a network withstands failures: A to E by the worst of three parts of all pairs of nodes. A: the packets of all arrive whichever link fails, of 99 % whichever node fails, and no link parts any. B: 99, 95 and 99 %. C: 90, 80 and 90 %. D: 70, 60 and 70 %'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "reach" -d 'How far a node reaches: round trips to all others, and with -o geojson the circles of 1, 5, 10 and 20 ms'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "te" -d 'Spread demands over paths, with a proof of how near to the best that is'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "lab" -d 'A network of namespaces on this machine, with real packets: steer services, cut links, measure'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "classes" -d 'What tells kinds of flows apart by what they do: record, train, test'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "steer-bench" -d 'Steer new flows to instances of services over a simulated network with failures: how fast an ingress decides, and how near delays come to those of an oracle that knows all'
complete -c jw -n "__fish_jw_using_subcommand net; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -f -a "key" -d 'Make the gateway\'s key in a file that only its owner can read, and show what others know it by'
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -f -a "run" -d 'Keep the gateway\'s tunnels until it is told to end. As root'
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -f -a "status" -d 'How good each path is, and which one each class of traffic takes'
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -f -a "token" -d 'Make a token with which one gateway can join as this edge, once; a token made before ends'
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -f -a "join" -d 'Join the platform with the token of --token-file (`-`: stdin), then do what it says until told to end. As root. Without a token: go on as the edge it is'
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -f -a "ls" -d 'List the edges of the platform'
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -f -a "show" -d 'One edge with its paths, as it measures them'
complete -c jw -n "__fish_jw_using_subcommand edge; and not __fish_seen_subcommand_from key run status token join ls show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from key" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from key" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from key" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from key" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from key" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from key" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from key" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from key" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from key" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from run" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from run" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from run" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from run" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from run" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from run" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from run" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from run" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from status" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from status" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from status" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from status" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from status" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from status" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from status" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from status" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from token" -l valid-for -d 'It ends after this long' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from token" -l to -d 'Write the token into this file, readable by its owner only, instead of printing it' -r -F
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from token" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from token" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from token" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from token" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from token" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from token" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from token" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from token" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from token" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from join" -l dir -d 'Where its key, token and last target are kept' -r -F
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from join" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from join" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from join" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from join" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from join" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from join" -l log-json -d 'Log lines as JSON'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from join" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from join" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from join" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from join" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from ls" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from ls" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from ls" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from ls" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from ls" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from ls" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from show" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from show" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from show" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from show" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from show" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from show" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from show" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from help" -f -a "key" -d 'Make the gateway\'s key in a file that only its owner can read, and show what others know it by'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from help" -f -a "run" -d 'Keep the gateway\'s tunnels until it is told to end. As root'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from help" -f -a "status" -d 'How good each path is, and which one each class of traffic takes'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from help" -f -a "token" -d 'Make a token with which one gateway can join as this edge, once; a token made before ends'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from help" -f -a "join" -d 'Join the platform with the token of --token-file (`-`: stdin), then do what it says until told to end. As root. Without a token: go on as the edge it is'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List the edges of the platform'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from help" -f -a "show" -d 'One edge with its paths, as it measures them'
complete -c jw -n "__fish_jw_using_subcommand edge; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand service; and not __fish_seen_subcommand_from ls show help" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand service; and not __fish_seen_subcommand_from ls show help" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand service; and not __fish_seen_subcommand_from ls show help" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand service; and not __fish_seen_subcommand_from ls show help" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand service; and not __fish_seen_subcommand_from ls show help" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand service; and not __fish_seen_subcommand_from ls show help" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand service; and not __fish_seen_subcommand_from ls show help" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand service; and not __fish_seen_subcommand_from ls show help" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand service; and not __fish_seen_subcommand_from ls show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand service; and not __fish_seen_subcommand_from ls show help" -f -a "ls" -d 'List the services'
complete -c jw -n "__fish_jw_using_subcommand service; and not __fish_seen_subcommand_from ls show help" -f -a "show" -d 'One service with its instances, where each edge leads new flows, and why'
complete -c jw -n "__fish_jw_using_subcommand service; and not __fish_seen_subcommand_from ls show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from ls" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from ls" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from ls" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from ls" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from ls" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from ls" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from show" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from show" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from show" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from show" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from show" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from show" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from show" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List the services'
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from help" -f -a "show" -d 'One service with its instances, where each edge leads new flows, and why'
complete -c jw -n "__fish_jw_using_subcommand service; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -f -a "ls" -d 'List what every owner has to sell: capacity and prices by site and pool'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -f -a "quote" -d 'Hold everything that a job needs for a while, at a price. Order it before it expires, or it is given back'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -f -a "order" -d 'Buy what was quoted: it runs in what is held, or sooner where that costs no more'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -f -a "refresh" -d 'Hold an open quote for longer'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -f -a "bid" -d 'Bid for a job: it runs if a clearing gives it a place for no more than the price. Nobody else sees the bid'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -f -a "withdraw" -d 'Give an open quote back, or take an open bid back'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -f -a "book" -d 'List open quotes and bids, and what was ordered or won and has not ended'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -f -a "prices" -d 'What was paid when the market was cleared, by pool and time: the last clearing, or the last few'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -f -a "bench" -d 'Measure the market\'s own machinery'
complete -c jw -n "__fish_jw_using_subcommand market; and not __fish_seen_subcommand_from ls quote order refresh bid withdraw book prices bench help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from ls" -l flavor -d 'Only of this flavor' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from ls" -l region -d 'Only in this region' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from ls" -l owner -d 'Only of this organization' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from ls" -l sort -d 'What stands first' -r -f -a "site\t'By name'
price\t'The cheapest unit-hour, with electricity and carbon'
free\t'The most free units'"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from ls" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from ls" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from ls" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from ls" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from ls" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from ls" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from quote" -l ttl -d 'How long it is held: 1s to 1h [default: 10m]' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from quote" -l env -d 'A variable of a SkyPilot task; without a value, as it is here. May be repeated' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from quote" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from quote" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from quote" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from quote" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from quote" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from quote" -l strict -d 'What of a SkyPilot task is not honoured is an error'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from quote" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from quote" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from quote" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from quote" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from order" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from order" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from order" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from order" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from order" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from order" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from order" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from order" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from order" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from refresh" -l ttl -d 'How long it is held: 1s to 1h [default: 10m]' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from refresh" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from refresh" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from refresh" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from refresh" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from refresh" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from refresh" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from refresh" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from refresh" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from refresh" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bid" -l price -d 'The most that is paid for the whole job, as 120CNY' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bid" -l until -d 'Until when the bid stands: a time, or how long from now, 30 days at most [default: 24h]' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bid" -l env -d 'A variable of a SkyPilot task; without a value, as it is here. May be repeated' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bid" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bid" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bid" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bid" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bid" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bid" -l strict -d 'What of a SkyPilot task is not honoured is an error'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bid" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bid" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bid" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bid" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from withdraw" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from withdraw" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from withdraw" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from withdraw" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from withdraw" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from withdraw" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from withdraw" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from withdraw" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from withdraw" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from book" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from book" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from book" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from book" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from book" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from book" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from book" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from book" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from book" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from prices" -l limit -d 'Clearings, the newest first' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from prices" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from prices" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from prices" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from prices" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from prices" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from prices" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from prices" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from prices" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from prices" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bench" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bench" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bench" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bench" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bench" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bench" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bench" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bench" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bench" -f -a "auction" -d 'Clear an auction of bundles that a seed draws, and prove how near to the best that is'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bench" -f -a "orders" -d 'Quote and order a job again and again: how long from request to everything held. Each is cancelled; what it ran until then is charged'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bench" -f -a "usage" -d 'Take in usage events: read, checked, seen to be new, rated and durable, in a database of its own'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from bench" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List what every owner has to sell: capacity and prices by site and pool'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from help" -f -a "quote" -d 'Hold everything that a job needs for a while, at a price. Order it before it expires, or it is given back'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from help" -f -a "order" -d 'Buy what was quoted: it runs in what is held, or sooner where that costs no more'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from help" -f -a "refresh" -d 'Hold an open quote for longer'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from help" -f -a "bid" -d 'Bid for a job: it runs if a clearing gives it a place for no more than the price. Nobody else sees the bid'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from help" -f -a "withdraw" -d 'Give an open quote back, or take an open bid back'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from help" -f -a "book" -d 'List open quotes and bids, and what was ordered or won and has not ended'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from help" -f -a "prices" -d 'What was paid when the market was cleared, by pool and time: the last clearing, or the last few'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from help" -f -a "bench" -d 'Measure the market\'s own machinery'
complete -c jw -n "__fish_jw_using_subcommand market; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -f -a "report" -d 'Who used how much energy and what it emitted: by job, project, site, month or year, hour by hour'
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -f -a "plan" -d 'How sites with a battery, sun, wind or contracts are supplied over the coming 48 hours, at the least cost'
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -f -a "certificates" -d 'Certificates of green electricity: each Wh is made once and used once'
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -f -a "signals" -d 'Series of a site: carbon, price, the grid\'s carbon-free share, its meter'
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -f -a "demand-response" -d 'Ask a site to draw less for a while, by a signed request'
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -f -a "forecast" -d 'Forecast a series 48 h ahead on days that are not seen, and tell how far off that was'
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -f -a "bench" -d 'Measure what moving work and storing energy saves, on the data of others'
complete -c jw -n "__fish_jw_using_subcommand energy; and not __fish_seen_subcommand_from report plan certificates signals demand-response forecast bench help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -l by -d 'One row for each of these' -r -f -a "job\t''
project\t''
site\t''
month\t''
year\t''"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -l from -d 'A full hour, as 2026-03-01T00:00:00Z; left out: 30 days ago' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -l to -d 'A full hour, at most 366 days later; left out: the next one' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -l job -d 'Only of this job' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -l site -d 'Only at this site' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -l html -d 'Also write a page with charts, which needs nothing but itself' -r -F
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -l hours -d 'Hour by hour; with `-o csv` nothing else'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from plan" -l island -d 'As if the grid failed now, for so many hours' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from plan" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from plan" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from plan" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from plan" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from plan" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from plan" -l slots -d 'All slots of 15 minutes instead of hours'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from plan" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from plan" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from plan" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -f -a "issue" -d 'Certify what a device has generated. No time of a device is certified twice'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -f -a "ls" -d 'List certificates, newest first'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -f -a "split" -d 'Put some of a certificate into a new one'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -f -a "transfer" -d 'Give what is left of a certificate, or some of it, to another organization'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -f -a "match" -d 'Claim certificates for what a site has used, hour by hour'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -f -a "cancel" -d 'Take what is left of a certificate, or some of it, out of use for ever'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -f -a "verify" -d 'Replay all that happened and compare: done only if every Wh adds up. Reads the database; needs no server'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from certificates" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from signals" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from signals" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from signals" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from signals" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from signals" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from signals" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from signals" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from signals" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from signals" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from signals" -f -a "put" -d 'Tell a site\'s series from a file: carbon, price, the grid\'s carbon-free share, or the site\'s meter'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from signals" -f -a "ls" -d 'What is known of a site, a week back and ahead'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from signals" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from demand-response" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from demand-response" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from demand-response" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from demand-response" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from demand-response" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from demand-response" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from demand-response" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from demand-response" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from demand-response" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from demand-response" -f -a "keygen" -d 'Make a key: the secret goes into a file, the public part into the site\'s `electricity.demand_response`'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from demand-response" -f -a "call" -d 'Sign a request and send it: flexible work gives way at once'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from demand-response" -f -a "ls" -d 'Requests of the last two days, and what was delivered'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from demand-response" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from forecast" -l series -d 'CSV with a time and a column for each series; may be compressed (`.gz`)' -r -F
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from forecast" -l column -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from forecast" -l from -d 'The first day that is forecast; seven weeks before it are needed' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from forecast" -l to -d 'Until the start of this day' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from forecast" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from forecast" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from forecast" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from forecast" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from forecast" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from forecast" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from forecast" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from forecast" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from forecast" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -f -a "lwa" -d 'Jobs that wait for clean hours: "Let\'s Wait Awhile", scenario II'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -f -a "gaia" -d 'Policies of waiting for clean hours, of GAIA and ours'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -f -a "battery" -d 'A battery at a market, decided every 15 min'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -f -a "cfe" -d 'Hubs with sun, wind, batteries and flexible load: how much of it is free of carbon, hour by hour'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from bench" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from help" -f -a "report" -d 'Who used how much energy and what it emitted: by job, project, site, month or year, hour by hour'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from help" -f -a "plan" -d 'How sites with a battery, sun, wind or contracts are supplied over the coming 48 hours, at the least cost'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from help" -f -a "certificates" -d 'Certificates of green electricity: each Wh is made once and used once'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from help" -f -a "signals" -d 'Series of a site: carbon, price, the grid\'s carbon-free share, its meter'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from help" -f -a "demand-response" -d 'Ask a site to draw less for a while, by a signed request'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from help" -f -a "forecast" -d 'Forecast a series 48 h ahead on days that are not seen, and tell how far off that was'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from help" -f -a "bench" -d 'Measure what moving work and storing energy saves, on the data of others'
complete -c jw -n "__fish_jw_using_subcommand energy; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -f -a "run" -d 'Run a scenario under virtual time with the control and the planner of production, and report what came out'
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -f -a "compare" -d 'Run a scenario once for each of several policies, and line the reports up'
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -f -a "import" -d 'Read a trace or a network of others, and say what is in it, what cannot be used and what is assumed'
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -f -a "pack" -d 'Put arriving pods on nodes until demand is more than there is, and tell how much was allocated'
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -f -a "hetero" -d 'Run jobs of unlike speeds on unlike accelerators, in rounds'
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -f -a "bench" -d 'Measure the planner on instances made by a rule and a seed'
complete -c jw -n "__fish_jw_using_subcommand sim; and not __fish_seen_subcommand_from run compare import pack hetero bench help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from run" -l seed -d 'Another seed than the scenario\'s' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from run" -l policy -d 'Another policy than the scenario\'s' -r -f -a "jingwei\t'Place, time, path and data together, and planned anew together now and then'
one-by-one\t'The same, but never planned anew together'
unpaused\t'The same, but no job is paused that may be'
nearest\t'At once where the delay to the user or the data is least'
cheapest\t'At once where it costs least (SkyPilot\'s rule)'
greenest\t'At once where it emits least'
first-fit\t'As soon as possible, at the first by name'
two-step\t'The site without regard to the network, then a path there'
fifo-backfill\t'In order of arrival, each the soonest that those before leave'"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from run" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from run" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from run" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from run" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from run" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from run" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from run" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from run" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from compare" -l policies -r -f -a "jingwei\t'Place, time, path and data together, and planned anew together now and then'
one-by-one\t'The same, but never planned anew together'
unpaused\t'The same, but no job is paused that may be'
nearest\t'At once where the delay to the user or the data is least'
cheapest\t'At once where it costs least (SkyPilot\'s rule)'
greenest\t'At once where it emits least'
first-fit\t'As soon as possible, at the first by name'
two-step\t'The site without regard to the network, then a path there'
fifo-backfill\t'In order of arrival, each the soonest that those before leave'"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from compare" -l seed -d 'Another seed than the scenario\'s' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from compare" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from compare" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from compare" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from compare" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from compare" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from compare" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from compare" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from compare" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from compare" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -l to -d 'Write the jobs of a trace as JSON, with times in milliseconds from the first; or the manifests of a network, as `jw apply` takes them' -r -F
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -l capacity -d 'Of links of a network that say none; left out: 100Gbit/s' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -l delay -d 'Of links that say neither delay, length nor both places; left out: 1ms' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -l price -d 'Of links that say none; left out: 0.001CNY/GB' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -l unit -d 'What one is of capacities without a unit (node-link); left out: such capacities say nothing' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -l nodes -d 'Nodes: CSV with sn, cpu_milli, memory_mib, gpu, model; may be compressed (`.gz`)' -r -F
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -l pods -d 'Pods: CSV with cpu_milli, memory_mib, num_gpu, gpu_milli and, where there is one, gpu_spec' -r -F
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -l policy -r -f -a "jingwei\t'The least loss of what may still be filled; refuses what is not worth its device'
fgd\t'Fragmentation gradient descent (Weng et al., USENIX ATC\'23)'
bestfit\t'The least left over'
dotprod\t'The smallest product of what is free and what is asked'
random\t'Any node with room'"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -l seeds -d 'Runs, each with arrivals in another order' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -l load -d 'Demand that arrives, in capacities of all devices' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -l window -d 'Pods that `jingwei` may hold undecided; 1 is strictly online' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -l admit-all -d '`jingwei` places whatever fits, and refuses nothing that is not worth its device'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from pack" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -l trace -d 'Jobs: Gavel\'s trace, ten fields parted by tabs; may be compressed (`.gz`)' -r -F
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -l throughputs -d 'Steps a second by type and kind of work, as JSON' -r -F
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -l cluster -d 'Processors of each type' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -l policy -r -f -a "fifo\t'In order of arrival, on any type that is free, to the end'
las\t'Equal time for all, whatever they run on'
gavel\t'The greatest least share by speed (Narayanan et al., OSDI\'20)'
gavel-makespan\t'All done soonest, by Gavel\'s linear program; knows the steps left'
soonest\t'What is soonest done for the processors it takes; knows the steps left'
jingwei\t'Soonest first while all can still be done nearly as soon as possible; knows the steps left'
jingwei-makespan\t'All done soonest, two on the same processors where both gain; knows the steps left'"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -l seed -d 'Draws of `fifo`' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from hetero" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from bench" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from bench" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from bench" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from bench" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from bench" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from bench" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from bench" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from bench" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from bench" -f -a "joint" -d 'Plan compute and network together: many jobs at once, with a certificate, and one by one'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from bench" -f -a "shares" -d 'Fair shares of unlike accelerators for very many jobs'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from bench" -f -a "pack" -d 'Pods that come and go on very many nodes: attempts a second, and how long they take'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from bench" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from help" -f -a "run" -d 'Run a scenario under virtual time with the control and the planner of production, and report what came out'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from help" -f -a "compare" -d 'Run a scenario once for each of several policies, and line the reports up'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from help" -f -a "import" -d 'Read a trace or a network of others, and say what is in it, what cannot be used and what is assumed'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from help" -f -a "pack" -d 'Put arriving pods on nodes until demand is more than there is, and tell how much was allocated'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from help" -f -a "hetero" -d 'Run jobs of unlike speeds on unlike accelerators, in rounds'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from help" -f -a "bench" -d 'Measure the planner on instances made by a rule and a seed'
complete -c jw -n "__fish_jw_using_subcommand sim; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand token; and not __fish_seen_subcommand_from create ls rm help" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand token; and not __fish_seen_subcommand_from create ls rm help" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand token; and not __fish_seen_subcommand_from create ls rm help" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand token; and not __fish_seen_subcommand_from create ls rm help" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand token; and not __fish_seen_subcommand_from create ls rm help" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand token; and not __fish_seen_subcommand_from create ls rm help" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand token; and not __fish_seen_subcommand_from create ls rm help" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand token; and not __fish_seen_subcommand_from create ls rm help" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand token; and not __fish_seen_subcommand_from create ls rm help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand token; and not __fish_seen_subcommand_from create ls rm help" -f -a "create" -d 'Make a token; it is shown this once. `--project` goes with member and viewer'
complete -c jw -n "__fish_jw_using_subcommand token; and not __fish_seen_subcommand_from create ls rm help" -f -a "ls" -d 'List the tokens'
complete -c jw -n "__fish_jw_using_subcommand token; and not __fish_seen_subcommand_from create ls rm help" -f -a "rm" -d 'End tokens'
complete -c jw -n "__fish_jw_using_subcommand token; and not __fish_seen_subcommand_from create ls rm help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from create" -l role -r -f -a "admin\t''
operator\t''
member\t''
viewer\t''
agent\t''"
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from create" -l site -d 'The site of an agent' -r
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from create" -l valid-for -d 'It ends after this long [default: never]' -r
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from create" -l to -d 'Write the token into this file, readable by its owner only, instead of printing it' -r -F
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from create" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from create" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from create" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from create" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from create" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from create" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from create" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from create" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from ls" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from ls" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from ls" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from ls" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from ls" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from ls" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from rm" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from rm" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from rm" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from rm" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from rm" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from rm" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from rm" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from rm" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a token; it is shown this once. `--project` goes with member and viewer'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List the tokens'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "rm" -d 'End tokens'
complete -c jw -n "__fish_jw_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand whoami" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand whoami" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand whoami" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand whoami" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand whoami" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand whoami" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand whoami" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand whoami" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand whoami" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand open-api" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand open-api" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand open-api" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand open-api" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand open-api" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand open-api" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand open-api" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand open-api" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand open-api" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand completion" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand completion" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand completion" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand completion" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand completion" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand completion" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand completion" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand completion" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand completion" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand man" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand man" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand man" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand man" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand man" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand man" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand man" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand man" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand shim" -s s -l server -d 'Where the server is' -r
complete -c jw -n "__fish_jw_using_subcommand shim" -l token-file -d 'The file that holds the token, unless JW_TOKEN does [default: admin.token in the state directory]' -r -F
complete -c jw -n "__fish_jw_using_subcommand shim" -s p -l project -d 'The project of jobs that name none [default: default; lists show every project]' -r
complete -c jw -n "__fish_jw_using_subcommand shim" -s o -l output -d 'How data is printed' -r -f -a "table\t'Columns for people'
wide\t'As table, with every column'
json\t''
jsonl\t'One JSON value a line'
yaml\t''
name\t'Only names, one a line'
csv\t'Every column, exact values'
geojson\t'A map; of `jw net reach`'"
complete -c jw -n "__fish_jw_using_subcommand shim" -l color -d 'When to use colour; NO_COLOR is honoured' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jw -n "__fish_jw_using_subcommand shim" -l insecure -d 'Send the token over plain HTTP to another machine'
complete -c jw -n "__fish_jw_using_subcommand shim" -l no-headers -d 'Leave out the headings of tables and CSV'
complete -c jw -n "__fish_jw_using_subcommand shim" -s q -l quiet -d 'No messages but errors'
complete -c jw -n "__fish_jw_using_subcommand shim" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "up" -d 'Start the control plane, and agents of this machine if asked'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "agent" -d 'Start the agent of a site, or measure this machine'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "apply" -d 'Create or change resources: all of the files, or none'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "get" -d 'Show resources of a kind, or one of them'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "describe" -d 'Tell all about one resource'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "delete" -d 'Remove a resource that no other refers to, or a job that has ended'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "run" -d 'Submit one job, follow it, and end with its outcome'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "sbatch" -d 'Submit a Slurm batch script, with sbatch\'s own options. Options of jw stand before the word `sbatch`'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "submit" -d 'Submit jobs and print their names'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "plan" -d 'Show what would happen to a job, with every candidate. Changes nothing'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "explain" -d 'Show why a job runs where it does: every candidate, and the difference to the next best'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "logs" -d 'Print what the tasks of a job wrote'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "cancel" -d 'Stop jobs'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "cordon" -d 'Put nothing new on sites; what is there stays'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "drain" -d 'Empty sites: put nothing new there, and move what is there elsewhere'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "uncordon" -d 'Put work on sites again'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "wait" -d 'Wait until jobs reach a state'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "bill" -d 'Show what was charged; invoices, and every charge for other programs'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "ledger" -d 'Accounts: what they have, what came and went, and whether all of it adds up'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "settle" -d 'Make one amount of what each organization has earned and owes'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "top" -d 'Show how full everything is'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "watch" -d 'Print events as they happen'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "data" -d 'Put data into the storages of sites, get it out, list and check it'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "net" -d 'Networks: read them, move traffic through them, and see what happens when parts of them fail'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "edge" -d 'Gateways: encrypted tunnels between them over several networks, measured all the time'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "service" -d 'Services that edges lead flows to'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "market" -d 'What is for sale, quotes and orders; auctions of bundles'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "energy" -d 'Electricity and carbon: accounts, certificates, forecasts, and what moving work and storing energy saves'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "sim" -d 'Experiments with the planner. Needs no server'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "token" -d 'Make, list and end tokens'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "whoami" -d 'Show who the token speaks for'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "open-api" -d 'Print the description of the API, OpenAPI 3.1'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "completion" -d 'Print the completion script for a shell'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "man" -d 'Write the manual pages into a directory'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "shim" -d 'Supervise one task; the agent starts it'
complete -c jw -n "__fish_jw_using_subcommand help; and not __fish_seen_subcommand_from up agent apply get describe delete run sbatch submit plan explain logs cancel cordon drain uncordon wait bill ledger settle top watch data net edge service market energy sim token whoami open-api completion man shim help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "bench" -d 'Measure what one core of this machine does'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from plan" -f -a "verify" -d 'Check a stored plan and its certificate: bound, cost and gap. Trusts nothing but the file. Needs no server'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from bill" -f -a "invoice" -d 'Show what a project owes for a month, each line rounded to a hundredth'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from bill" -f -a "export" -d 'Write every charge, as CSV'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from bill" -f -a "usage" -d 'What meters of both sides say of jobs'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from bill" -f -a "dispute" -d 'Charges that their two sides metered differently'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from ledger" -f -a "accounts" -d 'List all accounts'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from ledger" -f -a "show" -d 'Show an account, with what came and went, newest first'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from ledger" -f -a "deposit" -d 'Book money that came in for an account; below zero: that went out'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from ledger" -f -a "reverse" -d 'Undo a transaction by its opposite, once'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from ledger" -f -a "verify" -d 'Check that every transaction sums to zero, every balance follows, and no account is below what it may be. Reads the database itself, whether the server runs or not'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from ledger" -f -a "bench" -d 'Measure postings and reads in a database of its own'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from data" -f -a "push" -d 'Put the files of a folder into the storage of a site, as a dataset'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from data" -f -a "pull" -d 'Get the files of a dataset, checked, from any site that has it'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from data" -f -a "ls" -d 'List datasets and where they are'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from data" -f -a "verify" -d 'Read a dataset wherever it is and check every byte, or tell which dataset a folder is'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from net" -f -a "import" -d 'Read a network, and write it as manifests that `jw apply` takes'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from net" -f -a "export" -d 'Write a network in another form: node-link JSON, GraphML, Repetita\'s, or the JSON of RFC 8345'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from net" -f -a "show" -d 'What a network is like: its size, its parts, and what its text leaves unsaid'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from net" -f -a "apsp" -d 'The least delays between all nodes'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from net" -f -a "path" -d 'The ways from one node to another: the shortest, the cheapest within a delay, or two that share as little as can be'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from net" -f -a "paths" -d 'Several ways between pairs of nodes'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from net" -f -a "drill" -d 'Fail every link, every node and every group that shares a risk, and follow every packet that is hit'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from net" -f -a "grade" -d 'How well a network withstands failures: A to E by the worst of three parts of all pairs of nodes. A: the packets of all arrive whichever link fails, of 99 % whichever node fails, and no link parts any. B: 99, 95 and 99 %. C: 90, 80 and 90 %. D: 70, 60 and 70 %'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from net" -f -a "reach" -d 'How far a node reaches: round trips to all others, and with -o geojson the circles of 1, 5, 10 and 20 ms'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from net" -f -a "te" -d 'Spread demands over paths, with a proof of how near to the best that is'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from net" -f -a "lab" -d 'A network of namespaces on this machine, with real packets: steer services, cut links, measure'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from net" -f -a "classes" -d 'What tells kinds of flows apart by what they do: record, train, test'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from net" -f -a "steer-bench" -d 'Steer new flows to instances of services over a simulated network with failures: how fast an ingress decides, and how near delays come to those of an oracle that knows all'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from edge" -f -a "key" -d 'Make the gateway\'s key in a file that only its owner can read, and show what others know it by'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from edge" -f -a "run" -d 'Keep the gateway\'s tunnels until it is told to end. As root'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from edge" -f -a "status" -d 'How good each path is, and which one each class of traffic takes'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from edge" -f -a "token" -d 'Make a token with which one gateway can join as this edge, once; a token made before ends'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from edge" -f -a "join" -d 'Join the platform with the token of --token-file (`-`: stdin), then do what it says until told to end. As root. Without a token: go on as the edge it is'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from edge" -f -a "ls" -d 'List the edges of the platform'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from edge" -f -a "show" -d 'One edge with its paths, as it measures them'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from service" -f -a "ls" -d 'List the services'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from service" -f -a "show" -d 'One service with its instances, where each edge leads new flows, and why'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from market" -f -a "ls" -d 'List what every owner has to sell: capacity and prices by site and pool'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from market" -f -a "quote" -d 'Hold everything that a job needs for a while, at a price. Order it before it expires, or it is given back'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from market" -f -a "order" -d 'Buy what was quoted: it runs in what is held, or sooner where that costs no more'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from market" -f -a "refresh" -d 'Hold an open quote for longer'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from market" -f -a "bid" -d 'Bid for a job: it runs if a clearing gives it a place for no more than the price. Nobody else sees the bid'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from market" -f -a "withdraw" -d 'Give an open quote back, or take an open bid back'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from market" -f -a "book" -d 'List open quotes and bids, and what was ordered or won and has not ended'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from market" -f -a "prices" -d 'What was paid when the market was cleared, by pool and time: the last clearing, or the last few'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from market" -f -a "bench" -d 'Measure the market\'s own machinery'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from energy" -f -a "report" -d 'Who used how much energy and what it emitted: by job, project, site, month or year, hour by hour'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from energy" -f -a "plan" -d 'How sites with a battery, sun, wind or contracts are supplied over the coming 48 hours, at the least cost'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from energy" -f -a "certificates" -d 'Certificates of green electricity: each Wh is made once and used once'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from energy" -f -a "signals" -d 'Series of a site: carbon, price, the grid\'s carbon-free share, its meter'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from energy" -f -a "demand-response" -d 'Ask a site to draw less for a while, by a signed request'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from energy" -f -a "forecast" -d 'Forecast a series 48 h ahead on days that are not seen, and tell how far off that was'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from energy" -f -a "bench" -d 'Measure what moving work and storing energy saves, on the data of others'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from sim" -f -a "run" -d 'Run a scenario under virtual time with the control and the planner of production, and report what came out'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from sim" -f -a "compare" -d 'Run a scenario once for each of several policies, and line the reports up'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from sim" -f -a "import" -d 'Read a trace or a network of others, and say what is in it, what cannot be used and what is assumed'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from sim" -f -a "pack" -d 'Put arriving pods on nodes until demand is more than there is, and tell how much was allocated'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from sim" -f -a "hetero" -d 'Run jobs of unlike speeds on unlike accelerators, in rounds'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from sim" -f -a "bench" -d 'Measure the planner on instances made by a rule and a seed'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "create" -d 'Make a token; it is shown this once. `--project` goes with member and viewer'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "ls" -d 'List the tokens'
complete -c jw -n "__fish_jw_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "rm" -d 'End tokens'
