using Minimal.Soak;

if (SoakOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine("""
        Soak [--minutes N] [--operations N] [--clients N] [--pause MILLISECONDS] [--seed S] [--epoll]
        Soak attacks [--clients N] [--epoll]
        """);
    return 2;
}

using var soak = new Soak(options, Console.Out);
return await soak.RunAsync() ? 0 : 1;
