using Minimal.Soak;

if (SoakOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine("""
        Soak [--minutes N] [--operations N] [--clients N] [--pause MILLISECONDS] [--forget SECONDS] [--seed S] [--epoll]
        Soak attacks [--clients N] [--epoll]
        """);
    return 2;
}

if (options.Attacks) return await new AttackRun(options, Console.Out).RunAsync() ? 0 : 1;

using var soak = new Soak(options, Console.Out);
return await soak.RunAsync() ? 0 : 1;
