using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;
using Minimal.Testing;

namespace Minimal.Fuzz.Instrumentation;

/// <summary>
/// Rewrites an assembly so that each basic block of its methods begins with a call of <see cref="Probe.Hit"/>. On the way it collects the words that
/// the code knows: literals are what parsers compare with.
/// </summary>
internal sealed class Instrumenter
{
    private const int LongestWord = 24;

    private readonly HashSet<string> _words = [];
    private int _blocks;

    /// <summary>How many blocks were given a number.</summary>
    public int Blocks => _blocks;

    /// <summary>Short literals of the code, one Latin-1 character for each byte.</summary>
    public IReadOnlyCollection<string> Words => _words;

    /// <summary>The assembly with its methods instrumented; those of <paramref name="inNamespace"/> only, when it is given.</summary>
    public byte[] Rewrite(string path, string? inNamespace = null)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Path.GetDirectoryName(path));
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location));
        using var assembly = AssemblyDefinition.ReadAssembly(path, new ReaderParameters { AssemblyResolver = resolver });
        MethodReference hit = Import(assembly.MainModule);
        TypeDefinition[] types = [.. assembly.MainModule.GetTypes()];
        foreach (TypeDefinition type in types)
        {
            if (inNamespace is null || NamespaceOf(type) == inNamespace) Instrument(type, hit);
            CollectData(type);
        }

        var output = new MemoryStream();
        assembly.Write(output);
        return output.ToArray();
    }

    // In the assembly that has Probe itself there is nothing to refer to.
    private static MethodReference Import(ModuleDefinition module)
    {
        System.Reflection.AssemblyName name = typeof(Probe).Assembly.GetName();
        if (module.Assembly.Name.Name == name.Name) return module.GetType(typeof(Probe).FullName).Methods.Single(method => method.Name == nameof(Probe.Hit));

        var scope = new AssemblyNameReference(name.Name, name.Version);
        module.AssemblyReferences.Add(scope);
        var probe = new TypeReference(typeof(Probe).Namespace, nameof(Probe), module, scope);
        var hit = new MethodReference(nameof(Probe.Hit), module.TypeSystem.Void, probe);
        hit.Parameters.Add(new ParameterDefinition(module.TypeSystem.Int32));
        return hit;
    }

    private static string NamespaceOf(TypeDefinition type) => type.DeclaringType is { } outer ? NamespaceOf(outer) : type.Namespace;

    // Static constructors run once, so they would make the first execution differ from the second.
    private void Instrument(TypeDefinition type, MethodReference hit)
    {
        foreach (MethodDefinition method in type.Methods.Where(method => method.HasBody && !(method.IsConstructor && method.IsStatic)))
        {
            CollectText(method.Body);
            method.Body.SimplifyMacros();
            foreach (Instruction begin in Begins(method.Body)) InsertHit(method.Body.GetILProcessor(), begin, hit);
            method.Body.OptimizeMacros();
        }
    }

    private static List<Instruction> Begins(MethodBody body)
    {
        var begins = new HashSet<Instruction> { body.Instructions[0] };
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target) begins.Add(target);
            if (instruction.Operand is Instruction[] targets) begins.UnionWith(targets);
            bool branches = instruction.OpCode.FlowControl is FlowControl.Cond_Branch or FlowControl.Branch or FlowControl.Return or FlowControl.Throw;
            if (branches && instruction.Next is not null) begins.Add(instruction.Next);
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers) begins.Add(handler.HandlerStart);
        return [.. begins];
    }

    // The first instruction becomes the one that loads the number, so that all who jump to it, and handlers that begin at it, still do.
    private void InsertHit(ILProcessor processor, Instruction begin, MethodReference hit)
    {
        Instruction moved = processor.Create(OpCodes.Nop);
        (moved.OpCode, moved.Operand) = (begin.OpCode, begin.Operand);
        (begin.OpCode, begin.Operand) = (OpCodes.Ldc_I4, NextPlace());
        Instruction call = processor.Create(OpCodes.Call, hit);
        processor.InsertAfter(begin, call);
        processor.InsertAfter(call, moved);
    }

    // Neighbours in the code get numbers far apart, so that ways between them share counts no more often than chance has it.
    private int NextPlace() => (int)((uint)_blocks++ * 2_654_435_761u >> 16) & (CoverageMap.Size - 1);

    private void CollectText(MethodBody body)
    {
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is string text) AddWord(text);
        }
    }

    // Literals of bytes are data of fields that the compiler made.
    private void CollectData(TypeDefinition type)
    {
        foreach (FieldDefinition field in type.Fields)
        {
            if (field.InitialValue is { Length: > 0 } data) AddWord(System.Text.Encoding.Latin1.GetString(data).TrimEnd('\0'));
        }
    }

    private void AddWord(string word)
    {
        if (word.Length is > 1 and <= LongestWord && word.All(letter => letter < 256)) _words.Add(word);
    }
}
