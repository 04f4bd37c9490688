namespace Minimal.Tests.Architecture;

/// <summary>The rules of the layers, each as a question to one file: what in it is not allowed there.</summary>
internal static class Layers
{
    /// <summary>The three libraries.</summary>
    public static readonly string[] Libraries = ["Minimal.Http", "Minimal.WebSocket", "Minimal.Sse"];

    /// <summary>Their files.</summary>
    public static IEnumerable<SourceFile> LibraryFiles => Libraries.SelectMany(library => SourceFile.In(library));

    /// <summary>Their files in folders called Wire.</summary>
    public static IEnumerable<SourceFile> WireFiles => LibraryFiles.Where(file => file.IsIn("Wire"));

    /// <summary>Sockets, outside of Minimal.Http/Transports.</summary>
    public static IEnumerable<string> SocketsIn(SourceFile file) =>
        file.Path.StartsWith("Minimal.Http/Transports/", StringComparison.Ordinal) ? [] : file.Find(@"\bSystem\.Net\.Sockets\b|\bSocket\b");

    /// <summary>In Wire: waiting, pipes, clocks, threads, sockets. The platform's compressor is no I/O, though it looks like a stream.</summary>
    public static IEnumerable<string> InputAndOutputIn(SourceFile file) => file.Find(
        @"\basync\b|\bawait\b|\bSystem\.(IO(?!\.Compression)|Net|Threading)\b|\bPipe(Reader|Writer)\b|\bTimeProvider\b|\bDateTime(Offset)?\.(Utc)?Now\b|\b(Value)?Task\b");

    /// <summary>
    /// In Wire: exceptions that input could cause. Those about the calling program are none: a wrong argument, a call that comes
    /// too late, a place that nothing reaches.
    /// </summary>
    public static IEnumerable<string> ThrowsIn(SourceFile file) =>
        file.Find(@"\bthrow\b(?!\s+new\s+(Argument\w*|InvalidOperation|NotSupported|Unreachable)Exception\b)[^;]*");

    /// <summary>In Wire: namespaces of this project that are not Wire's.</summary>
    public static IEnumerable<string> WayOutOf(SourceFile file) => file.Find(@"\busing\s+(static\s+)?Minimal\.(?![\w.]*\bWire\b)[\w.]+\s*;");

    /// <summary>In Wire: types of this project that live outside of it. Those of an enclosing namespace need no using.</summary>
    public static IEnumerable<string> TypesOutside(SourceFile file, IEnumerable<string> typeNames) =>
        file.Find($@"\b({string.Join('|', typeNames.DefaultIfEmpty("(?!)"))})\b");
}
