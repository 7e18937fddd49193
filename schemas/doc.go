// Package schemas holds the contracts that outlive a deploy, as data, and reads
// them: instruments (a resolution, its provisions and streams), questionnaires
// (JSON Schema 2020-12 with cross-field rules) and the registry of whoever can
// be asked (Member States, entities, missions; all effective-dated, missions
// with the calendar of their reports), official holidays and processing
// profiles.
//
// Load reads any number of file systems with the folders holidays/,
// instruments/, profiles/, questionnaires/ and registry/, so that an instrument
// is added by adding a directory, without code; one that needs nothing else may
// lie beside the folders. A file that breaks a rule stops the load with its
// name, line and field; nothing is half loaded. The Catalogue that Load returns
// is immutable and safe for concurrent use.
package schemas
