using System.Buffers;
using Xunit;

namespace Minimal.Tests.Architecture;

public sealed class ApiTextTests
{
    [Fact]
    public void A_class_shows_what_others_can_use() => AssertBlock(typeof(Sample), """
        abstract class ApiTextTests.Sample : IDisposable
            const int Most = 8
            protected readonly string? _name
            protected Sample(string? name = default, bool loud = true)
            required string Name { get; set; }
            protected virtual IReadOnlyList<string?> Names { get; }
            (int, string?) Pair { get; init; }
            event EventHandler<int> Changed
            void Dispose()
            ref readonly int First()
            static T[] Make<T>(params T[] items)
            override string ToString()
            abstract bool TryRead(ref SequenceReader<byte> input, out string? text, in int most)
        """);

    [Fact]
    public void A_record_shows_what_its_author_wrote() => AssertBlock(typeof(Point), """
        readonly record struct ApiTextTests.Point
            Point(int X, int? Y)
            int X { get; init; }
            int? Y { get; init; }
            static ApiTextTests.Point op_Addition(ApiTextTests.Point a, ApiTextTests.Point b)
        """);

    [Fact]
    public void Enums_delegates_and_static_classes_have_forms_of_their_own()
    {
        AssertBlock(typeof(Colour), "enum ApiTextTests.Colour\n    Red = 1\n    Green = 4");
        AssertBlock(typeof(Handler), "delegate ValueTask<string?> ApiTextTests.Handler(Memory<byte> bytes)");
        Assert.StartsWith("static class Enumerable\n", ApiText.Block(typeof(Enumerable)), StringComparison.Ordinal);
        Assert.Contains("static bool Any<TSource>(this IEnumerable<TSource> source)", ApiMember.Of(typeof(Enumerable)));
    }

    private static void AssertBlock(Type type, string expected) => Assert.Equal(expected.ReplaceLineEndings("\n"), ApiText.Block(type));

    internal abstract class Sample : IDisposable
    {
        public const int Most = 8;
        protected readonly string? _name;
        private readonly int _first;

        protected Sample(string? name = null, bool loud = true) => (_name, _first) = (name, loud ? 1 : 0);

        public event EventHandler<int>? Changed;

        public (int A, string? B) Pair { get; init; }

        public required string Name { get; set; }

        protected virtual IReadOnlyList<string?> Names => [_name];

        public static T[] Make<T>(params T[] items) => items;

        public abstract bool TryRead(ref SequenceReader<byte> input, out string? text, in int most);

        public ref readonly int First() => ref _first;

        public override string ToString() => Name;

        public void Dispose() => Changed?.Invoke(this, 0);

        internal void Hidden()
        {
        }
    }

    internal readonly record struct Point(int X, int? Y)
    {
        public static Point operator +(Point a, Point b) => new(a.X + b.X, a.Y + b.Y);
    }

    internal enum Colour
    {
        Red = 1,
        Green = 4,
    }

    internal delegate ValueTask<string?> Handler(Memory<byte> bytes);
}
