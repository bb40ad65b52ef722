using Gateway.Requests.Operations;

namespace Gateway.Requests.Bulk;

/// <summary>Registers the operations on one VM and on many.</summary>
public static class BulkServices
{
    /// <summary>Adds <see cref="VmOperations"/>, <see cref="SelectedVms"/> and <see cref="BulkRun"/>.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<VmOperations>();
        services.AddSingleton<SelectedVms>();
        return services.AddSingleton<BulkRun>();
    }
}
