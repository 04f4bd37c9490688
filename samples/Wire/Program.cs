using Minimal.Samples;
using Minimal.WireTool;

using var signals = new StopSignals();
return await WireProgram.RunAsync(args, WireConsole.OfSystem(signals.Stopping));
