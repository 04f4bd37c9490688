using Minimal.Fuzz.Instrumentation;

return new InstrumentedProgram().Run(args, Console.Out);
