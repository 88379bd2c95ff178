-- One row per course of Professional Learning: its version in force at as_of, typed and cleaned.

{{ prolearn_documents(source('raw', 'prolearn__courses')) }}
