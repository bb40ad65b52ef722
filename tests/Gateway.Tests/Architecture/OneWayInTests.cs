using System.Reflection;
using Gateway.Commands;
using Gateway.Commands.Typed;
using Gateway.Vms;
using Gateway.Vms.Sessions;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Architecture;

/// <summary>
/// Nothing reaches a VM's monitor past <see cref="ClientCommands"/>. An <see cref="IVm"/> cannot send anything, which the compiler holds; who turns one
/// into what can is read here from the compiled program, whatever its source looks like.
/// </summary>
public sealed class OneWayInTests
{
    private const BindingFlags All = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    // By what can send: who may use it.
    private static readonly Dictionary<Type, Func<Type, bool>> Users = new()
    {
        [typeof(QmpClient)] = IsOfVms,
        [typeof(VmLine)] = IsOfVms,
        [typeof(VmSession)] = IsOfVms,
        [typeof(IVmMonitor)] = static user => IsOfVms(user) || user == typeof(PermittedCommand) || user == typeof(VmSchemas),
        [typeof(PermittedCommand)] = static user => user == typeof(ClientCommands),
        [typeof(VmSchemas)] = static user => user == typeof(ClientCommands) || user == typeof(TypedValues),
    };

    public static TheoryData<string> Guarded => [.. Users.Keys.Select(static type => type.Name)];

    [Theory]
    [MemberData(nameof(Guarded))]
    public void Only_those_who_may_send_commands_can(string guarded)
    {
        var (type, mayUse) = Users.Single(user => user.Key.Name == guarded);
        var senders = SendersOf(type).Select(static method => (Module: method.Module.ModuleVersionId, method.MetadataToken)).ToHashSet();
        var users = typeof(ClientCommands).Assembly.GetTypes()
            .SelectMany(user => Methods(user).Where(method => Called(method).Any(called => senders.Contains((called.Module.ModuleVersionId, called.MetadataToken)))))
            .Select(static method => Outermost(method.DeclaringType!)).Distinct().ToArray();

        // Or the test sees nothing at all.
        Assert.Contains(users, user => mayUse(user));
        Assert.Empty(users.Where(user => !mayUse(user)).Select(user => $"{user} uses {guarded}: let it ask ClientCommands for the command"));
    }

    [Fact]
    public void What_everybody_knows_of_a_VM_sends_nothing() => Assert.All(typeof(IVm).GetMethods(), static method => Assert.True(method.IsSpecialName, method.Name));

    private static bool IsOfVms(Type user) => user.Namespace!.StartsWith("Gateway.Vms", StringComparison.Ordinal);

    // A permit sends whatever it is made for, so its making is what counts; a schema is asked of QEMU.
    private static IEnumerable<MethodBase> SendersOf(Type type) =>
        type == typeof(PermittedCommand) ? type.GetConstructors(All)
        : type == typeof(VmSchemas) ? [type.GetMethod(nameof(VmSchemas.OfAsync))!]
        : type.GetMethods(All).Where(static method => method.Name is nameof(IVmMonitor.ExecuteAsync) or nameof(IVmMonitor.ReadStatusAsync));

    private static IEnumerable<MethodBase> Methods(Type type) => [.. type.GetMethods(All), .. type.GetConstructors(All)];

    // Lambdas and async methods are types of their own within the one that has them.
    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    // ECMA-335, III.3 and III.4: call, callvirt, newobj; ldftn and ldvirtftn behind FE. Bytes that only look like one resolve to no guarded method.
    private static IEnumerable<MethodBase> Called(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var i = 0; i + 4 < code.Length; i++)
        {
            var at = code[i] is 0x28 or 0x6F or 0x73 ? i + 1 : code[i] == 0xFE && code[i + 1] is 0x06 or 0x07 ? i + 2 : -1;
            if (at > 0 && at + 4 <= code.Length && Resolve(method, BitConverter.ToInt32(code, at)) is { } called)
            {
                yield return called;
            }
        }
    }

    private static MethodBase? Resolve(MethodBase caller, int token)
    {
        // MethodDef or MemberRef (II.22).
        if (token >> 24 is not (0x06 or 0x0A))
        {
            return null;
        }

        try
        {
            var typeArguments = caller.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
            return caller.Module.ResolveMethod(token, typeArguments, caller.IsGenericMethod ? caller.GetGenericArguments() : null);
        }
        catch (Exception none) when (none is ArgumentException or BadImageFormatException or MissingMethodException)
        {
            return null;
        }
    }
}
