// Addresses are relative: the stage, and locally the API id, stand before /docs in the path.
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  // By default Swagger UI sends the document's address to a validator on the internet.
  validatorUrl: null,
});
