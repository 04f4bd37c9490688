using Minimal.Testing;
using Xunit;

namespace Minimal.Tests;

/// <summary>Runs every vector of <c>Vectors/</c>. With <c>MINIMAL_UPDATE=1</c> it writes what comes of them into the files.</summary>
public sealed class VectorTests
{
    public static TheoryData<string, string> Rows()
    {
        var rows = new TheoryData<string, string>();
        foreach (string file in VectorLibrary.Files)
        {
            foreach (Vector vector in VectorLibrary.Load(file).Vectors) rows.Add(file, vector.Title);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Vector_gives_what_it_expects_at_every_split(string file, string title)
    {
        VectorFile vectors = VectorLibrary.Load(file);
        Vector vector = vectors.Vectors.Single(candidate => candidate.Title == title);
        Assert.True(VectorLibrary.Drivers.TryGetValue(vector.Kind, out VectorDriver? driver), $"no method has [VectorDriver(\"{vector.Kind}\")]");

        if (Repository.IsUpdating)
        {
            VectorReport report = VectorRunner.Run(vector, driver);
            bool isApproved = vector.Expected is not null && report.Satisfies(vector.Expected);
            if (!isApproved) File.WriteAllText(Repository.PathOf(file), vectors.WithExpectation(title, report));
            return;
        }

        VectorRunner.Check(vector, driver);
    }
}
