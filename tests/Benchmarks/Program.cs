using Benchmarks;
using Benchmarks.References;
using Benchmarks.Workloads;

// A verb is a process that a run starts: a reference, or the fakes. Without one, the comparison runs.
return args switch
{
    ["fakes", var directory, var count] => await Fakes.RunAsync(directory, int.Parse(count)),
    ["bare" or "mvc" or "signalr" or "sse", ..] => await Servers.RunAsync(args[0], args[1..]),
    _ => await Comparison.RunAsync(All.Workloads, args),
};
