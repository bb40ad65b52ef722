using Gateway.Commands.Typed;
using Gateway.Data;
using Gateway.Vms.Sessions;

namespace Gateway.Commands;

/// <summary>Registers the services for commands of clients.</summary>
public static class CommandServices
{
    /// <summary>Adds <see cref="ClientCommands"/>, the command policy and the schemas of the VMs.</summary>
    public static IServiceCollection AddCommands(this IServiceCollection services, CommandPolicyOptions options)
    {
        services.AddSingleton(new CommandPolicy(options));
        services.AddSingleton<Deny>(static provider => (vm, command, arguments) => provider.GetRequiredService<CommandPolicy>().Denied(vm, command, arguments)?.Rule);
        services.AddSingleton(static provider => new SchemaStore(
            Path.Combine(provider.GetRequiredService<DataDirectory>().Path, SchemaStore.DirectoryName), provider.GetRequiredService<ILogger<SchemaStore>>()));
        services.AddSingleton<VmSchemas>();
        services.AddSingleton<TypedValues>();
        return services.AddSingleton<ClientCommands>();
    }
}
