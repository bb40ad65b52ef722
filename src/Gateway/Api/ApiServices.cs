using Gateway.Api.Bodies;
using Gateway.Api.Http;
using Gateway.Api.OpenApi;
using Gateway.Api.Streams;
using Gateway.Data;
using Gateway.Json;
using Gateway.Limits;
using Gateway.Requests.Binding;
using Gateway.Requests.Bulk;
using Gateway.Requests.Idempotency;
using Gateway.Requests.Problems;
using Gateway.Requests.Waits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;

namespace Gateway.Api;

/// <summary>Registers the REST API and maps its routes.</summary>
public static class ApiServices
{
    /// <summary>Adds the controllers, strict request parsing, problem responses and the OpenAPI document.</summary>
    public static IServiceCollection AddGatewayApi(this IServiceCollection services)
    {
        services.AddControllers(mvc =>
            {
                // The API does not accept forms. These providers would read a form before the input formatter can reject its media type.
                mvc.ValueProviderFactories.RemoveType<FormValueProviderFactory>();
                mvc.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
                mvc.ValueProviderFactories.RemoveType<FormFileValueProviderFactory>();
                mvc.ModelBindingMessageProvider.SetAttemptedValueIsInvalidAccessor(static (value, _) => $"must be true or false, not '{Echo.Of(value)}'");
                mvc.ModelBindingMessageProvider.SetNonPropertyAttemptedValueIsInvalidAccessor(static value => $"must be true or false, not '{Echo.Of(value)}'");
                mvc.InputFormatters.Clear();
                mvc.InputFormatters.Add(RequestBodies.Input());
                mvc.ModelMetadataDetailsProviders.Add(new EmptyTexts());
                mvc.ModelBinderProviders.Insert(0, new WholeNumberBinder.Provider());
                mvc.Conventions.Add(new MarkedActions());
                mvc.Filters.Add<StrictQueryFilter>();
                mvc.Filters.Add(new WholeAnswers());
                mvc.Filters.Add(new ProducesAttribute("application/json"));
            })
            .ConfigureApiBehaviorOptions(static api =>
            {
                api.SuppressMapClientErrors = true;
                api.InvalidModelStateResponseFactory = static context => throw new InvalidRequestException(context.ModelState
                    .Where(static field => field.Value!.Errors.Count > 0)
                    .ToDictionary(static field => field.Key, static field => field.Value!.Errors.Select(static error => error.ErrorMessage).ToList()));
            })
            .AddJsonOptions(static json => JsonReading.Configure(json.JsonSerializerOptions));
        services.AddSingleton<IObjectModelValidator, NoValidation>();
        services.ConfigureHttpJsonOptions(static json => JsonReading.Configure(json.SerializerOptions));
        services.AddOpenApiDocument();
        services.AddCompression();
        services.AddSingleton<ProblemWriter>();
        services.AddExceptionHandler<ProblemWriter>();
        services.AddSingleton(static provider =>
        {
            var answers = new KeptAnswers(
                provider.GetRequiredService<DataDirectory>().Path,
                provider.GetRequiredService<LimitsOptions>(),
                provider.GetRequiredService<TrustedClock>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<KeptAnswers>>());
            var metrics = provider.GetRequiredService<LimitMetrics>();
            metrics.ShowUse(nameof(LimitsOptions.IdempotencyKeys), () => answers.Used.Keys);
            metrics.ShowUse(nameof(LimitsOptions.IdempotencyBytes), () => answers.Used.Bytes);
            return answers;
        });
        services.AddSingleton<RequestedVm>();
        services.AddSingleton<ServerSentEvents>();
        services.AddSingleton<StatusWait>();
        services.AddSingleton<LifecycleWait>();
        return services.AddOperations();
    }
}
