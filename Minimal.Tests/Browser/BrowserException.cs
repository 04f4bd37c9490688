namespace Minimal.Tests.Browser;

/// <summary>The browser refused a command, a script threw, or the browser has gone.</summary>
public sealed class BrowserException(string message) : Exception(message);
