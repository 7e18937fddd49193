package main

const root = "../.."
